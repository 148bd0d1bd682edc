"""The history of the schema; run by ``sql.migrate``, never by hand."""
