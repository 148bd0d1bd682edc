"""Every table of the warehouse, in three layers.

``core_*`` dimensions and accepted facts, ``raw_*`` what arrived as it arrived, ``out_*`` results
(the name says the grain), ``audit_*`` what each load did. Nothing is deleted but by replacing
results and definitions; older versions stay with ``is_current`` false.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sql.column_types import ExactDecimal, Serial, StoredText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s__%(column_0_N_name)s",
        "uq": "uq_%(table_name)s__%(column_0_N_name)s",
        "ix": "ix_%(table_name)s__%(column_0_N_name)s",
        "ck": "ck_%(table_name)s__%(constraint_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, StoredText, nullable=False, server_default="")


def _keys(*names: str) -> list[Column[str]]:
    return [_key(name) for name in names]


def _texts(*names: str) -> list[Column[str]]:
    return [_text(name) for name in names]


def _required(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _programme_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["programme_id"], ["core_programme.id"])


def _unit_key(*columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, ["core_unit.programme_id", "core_unit.code"])


def _form_key(*columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, ["core_form.programme_id", "core_form.id"])


# --- dimensions: one row a thing of the programme -------------------------------------------

core_programme = Table(
    "core_programme",
    metadata,
    _key("id"),
    *_texts("title", "county"),
    _number("year"),
    *_texts("timezone", "version"),
)

core_unit = Table(
    "core_unit",
    metadata,
    *_keys("programme_id", "code"),
    *_texts("name", "short_name", "level", "parent"),
    _number("ordinal"),
    _programme_key(),
)

core_form = Table(
    "core_form",
    metadata,
    *_keys("programme_id", "id"),
    *_texts("title", "clause", "frequency"),
    _number("ordinal"),
    _programme_key(),
)

core_column = Table(
    "core_column",
    metadata,
    *_keys("programme_id", "form", "table_id", "column_id"),
    *_texts("label", "measure_unit", "kind"),
    _number("ordinal"),
    _form_key("programme_id", "form"),
)

core_row = Table(  # the rows a form's table names itself; villages are units
    "core_row",
    metadata,
    *_keys("programme_id", "form", "table_id", "row_key"),
    _text("label"),
    _number("ordinal"),
    _form_key("programme_id", "form"),
)

core_indicator = Table(
    "core_indicator",
    metadata,
    *_keys("programme_id", "id"),
    *_texts("name", "clause"),
    _number("work"),
    *_texts("measure_unit", "movement", "rollup"),
    _number("ordinal"),
    _programme_key(),
)

# One row a column × row key × filing unit a term takes; '' stands for any.
core_indicator_term = Table(
    "core_indicator_term",
    metadata,
    *_keys("programme_id", "indicator", "side", "column_id", "row_key", "filed_by"),
    *_texts("form", "table_id"),
    Column("by_cell", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["programme_id", "indicator"], ["core_indicator.programme_id", "core_indicator.id"]
    ),
    _form_key("programme_id", "form"),
)

core_obligation = Table(
    "core_obligation",
    metadata,
    *_keys("programme_id", "period", "unit", "form"),
    Column("due_on", Date, nullable=False),
    Column("applicable", Boolean, nullable=False),
    _unit_key("programme_id", "unit"),
    _form_key("programme_id", "form"),
)

# --- raw: what arrived ----------------------------------------------------------------------

raw_file = Table(
    "raw_file",
    metadata,
    _key("sha256"),
    _text("name"),
    Column("size", Integer),
    Column("first_arrived_at", UtcDateTime, nullable=False),
)

raw_submission = Table(
    "raw_submission",
    metadata,
    Column("id", Serial, primary_key=True),
    *_required("programme_id", "unit", "period"),
    Column("version", Integer, nullable=False),
    Column("sha256", Text, ForeignKey("raw_file.sha256"), nullable=False),
    _text("file_name"),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
    *_required("state"),
    Column("is_latest", Boolean, nullable=False),
    Column("is_sample", Boolean, nullable=False),
    _unit_key("programme_id", "unit"),
    UniqueConstraint("programme_id", "period", "unit", "version"),
    Index(None, "programme_id", "unit", "period", "sha256"),
)

# --- core: what was judged and taken --------------------------------------------------------

core_form_version = Table(
    "core_form_version",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("submission_id", Serial, ForeignKey("raw_submission.id"), nullable=False),
    *_required("programme_id", "unit", "period", "form"),
    Column("version", Integer, nullable=False),
    *_required("state"),
    Column("is_current", Boolean, nullable=False),  # the accepted one that counts
    Column("is_latest", Boolean, nullable=False),  # the last to arrive, whatever became of it
    *_texts("explanation", "sheet"),
    _form_key("programme_id", "form"),
    UniqueConstraint("submission_id", "form"),
    UniqueConstraint("programme_id", "period", "unit", "form", "version"),
)
for _flag in ("is_current", "is_latest"):
    Index(
        f"uq_core_form_version__{_flag}",
        *(core_form_version.c[name] for name in ("programme_id", "period", "unit", "form")),
        unique=True,
        sqlite_where=text(_flag),
        postgresql_where=text(_flag),
    )

# grain: one cell of an accepted form version, which says whose, when and whether it counts
core_observation = Table(
    "core_observation",
    metadata,
    Column("form_version_id", Serial, ForeignKey("core_form_version.id"), primary_key=True),
    _key("table_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _key("column_id"),
    _text("row_key"),
    Column("value", ExactDecimal),
    Column("text_value", StoredText),
    *_texts("raw", "cell"),
    sqlite_with_rowid=False,  # the cells of a form lie together, in one tree
)

core_issue = Table(
    "core_issue",
    metadata,
    Column("submission_id", Serial, ForeignKey("raw_submission.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("form_version_id", Serial, ForeignKey("core_form_version.id"), index=True),
    *_required("programme_id", "unit", "period", "code", "severity"),
    *_texts("form", "table_id", "row_key", "column_id", "sheet", "cell"),
    *_texts("cells", "value", "expected", "clause", "rule"),
    *_texts("message", "advice"),
    _number("stage"),
    Index(None, "programme_id", "period", "unit"),
)

audit_load = Table(
    "audit_load",
    metadata,
    Column("submission_id", Serial, ForeignKey("raw_submission.id"), primary_key=True),
    _key("form"),  # '' for the file as a whole
    Column("action", Text, nullable=False),  # added, replaced, returned, refused
    Column("replaced_version", Integer),
    _number("observations"),
    _number("issues"),
    Column("loaded_at", UtcDateTime, nullable=False),
)

# grain: one unit of one re-run
audit_rerun = Table(
    "audit_rerun",
    metadata,
    Column("id", Serial, primary_key=True),
    *_required("programme_id", "period"),
    *_texts("unit", "form", "mode", "asked_by", "reason", "run", "before", "after"),
    Column("changed", Boolean, nullable=False),
    Column("ran_at", UtcDateTime, nullable=False),
    Index(None, "programme_id", "period"),
)

# --- out: results ---------------------------------------------------------------------------


def _results(name: str) -> Table:
    return Table(
        name,
        metadata,
        _key("programme_id"),
        _key("period"),
        _key("indicator"),
        _key("unit"),
        *(Column(figure, ExactDecimal) for figure in ("value", "numerator", "denominator")),
        Column("target", ExactDecimal),
        Column("target_origin", Text, nullable=False),
        *(Column(figure, ExactDecimal) for figure in ("expected", "progress", "pace_ratio")),
        Column("colour", Text, nullable=False),
        *(Column(figure, ExactDecimal) for figure in ("needed", "landing")),
        _number("units_expected"),
        _number("units_reported"),
        Column("computed_at", UtcDateTime, nullable=False),
        ForeignKeyConstraint(
            ["programme_id", "indicator"], ["core_indicator.programme_id", "core_indicator.id"]
        ),
        _unit_key("programme_id", "unit"),
    )


out_monthly__indicator = _results("out_monthly__indicator")
out_quarterly__indicator = _results("out_quarterly__indicator")
