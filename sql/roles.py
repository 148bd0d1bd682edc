"""Who may do what in a PostgreSQL warehouse: a role that loads, and one that only reads.

The roles carry rights and no login: people and programs get logins of their own, in one of them.
The grants follow the tables' names, so that tables made later are covered when they are given anew.
Everything here may be done any number of times; on SQLite there is nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

LOADER = "yuebao_loader"
READER = "yuebao_reader"
_ROLES = (LOADER, READER)
_READABLE = ("v_", "core_", "out_")  # not what arrived, nor who did what
_EMPTIED = ("core_indicator_term", "out_")  # what is replaced as a whole

_MAY_CREATE = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_THERE = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
_SCHEMA = text("SELECT quote_ident(current_schema())")
_RELATIONS = text(
    "SELECT c.relname, c.relkind::text AS kind FROM pg_class AS c"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'S')"
    " AND pg_has_role(c.relowner, 'USAGE') ORDER BY c.relname"
)
# Two databases of one server may be migrated at once, and the roles are the server's.
_CREATE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


@dataclass(frozen=True, slots=True)
class Granted:
    """The roles that have their rights now, and those that are not there."""

    roles: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def grant(connection: Connection) -> Granted:
    """Make the roles, where that is allowed, and give each that is there exactly its rights."""
    if connection.dialect.name != "postgresql":
        return Granted()
    if connection.execute(_MAY_CREATE).scalar():
        for role in _ROLES:
            connection.exec_driver_sql(_CREATE.format(role=role))
    there = _there(connection)
    for role in there:
        _set_rights(connection, role)
    return Granted(there, tuple(role for role in _ROLES if role not in there))


def revoke(connection: Connection) -> None:
    """Take all rights in this schema from the roles that are there; the roles stay."""
    if connection.dialect.name != "postgresql":
        return
    for role in _there(connection):
        for relation in _relations(connection):
            connection.exec_driver_sql(f"REVOKE ALL ON {relation.address} FROM {role}")


def rights(role: str, name: str, kind: str) -> str:
    """What a role may do with a table (kind r), view (v) or sequence (S); '' for nothing."""
    if role == READER:
        return "SELECT" if kind != "S" and name.startswith(_READABLE) else ""
    if kind == "S":
        return "USAGE"
    if kind == "v" or name == "alembic_version":
        return "SELECT"
    return "SELECT, INSERT, UPDATE" + (", DELETE" if name.startswith(_EMPTIED) else "")


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    kind: str
    address: str


def _there(connection: Connection) -> tuple[str, ...]:
    found = set(connection.execute(_THERE, {"names": list(_ROLES)}).scalars())
    return tuple(role for role in _ROLES if role in found)


def _relations(connection: Connection) -> list[_Relation]:
    schema = connection.execute(_SCHEMA).scalar_one()
    return [
        _Relation(
            row.relname, row.kind, f'{"SEQUENCE " * (row.kind == "S")}{schema}."{row.relname}"'
        )
        for row in connection.execute(_RELATIONS)
    ]


def _set_rights(connection: Connection, role: str) -> None:
    schema = connection.execute(_SCHEMA).scalar_one()
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    for relation in _relations(connection):
        granted = rights(role, relation.name, relation.kind)
        connection.exec_driver_sql(f"REVOKE ALL ON {relation.address} FROM {role}")
        if granted:
            connection.exec_driver_sql(f"GRANT {granted} ON {relation.address} TO {role}")
