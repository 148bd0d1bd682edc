"""What sample figures should look like, as data: levels, growth, shares, rosters, phrases.

A profile names forms, tables and columns of a programme. Whatever it leaves out gets a plain
default by type, so that a new form has samples at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field

from yuebao.findings import catalogue
from yuebao.programme.models import Condition, Form, Frozen, Programme, Slug, Table, Text
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.samples.faults import Fault


class ProfileError(ValueError):
    """The profile does not fit the programme; the message says where."""


class Span(Frozen):
    """A level at the start of the year and at its end."""

    start: Decimal
    end: Decimal


def _span(given: object) -> object:
    if isinstance(given, int | float | str):
        return {"start": given, "end": given}
    if isinstance(given, list) and len(given) == 2:
        return {"start": given[0], "end": given[1]}
    return given


Levels = Annotated[Span, BeforeValidator(_span)]


class DateProfile(Frozen):
    """A date in one of ``months``, or that many months after another date column of the row."""

    months: tuple[int, ...]
    after: Slug | None = None
    only_past: bool = False  # blank until the day has come


class Elsewhere(Frozen):
    """A column of another form the unit files for the same period."""

    form: Text
    table: Slug
    column: Slug


class ColumnProfile(Frozen):
    """How one column's values come about.

    Of the levels one is given: ``county`` (all rows of the county together, dealt out by size),
    ``units`` (a unit's rows together), ``each`` (one row), or ``share`` of the column
    ``share_of``; or ``same_as`` names a column elsewhere whose total the unit's rows share out.
    ``rows`` replaces the profile for listed rows. A text with ``yes_share`` is in that share of
    the rows only.
    """

    county: Levels | None = None
    units: dict[str, Levels] = Field(default_factory=dict)
    each: Levels | None = None
    share_of: Slug | None = None
    share: Levels | None = None
    same_as: Elsewhere | None = None
    by: Slug | None = None  # dealt in proportion to this column instead of by size
    shape: Text = "linear"
    spread: Decimal | None = None
    jitter: Decimal = Decimal(0)
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    exact: bool = False  # the same for units ahead and behind
    lifetime: Annotated[int, Field(ge=1)] | None = None  # months a row needs from its first one
    where: Condition | None = None
    otherwise: Decimal | None = None
    yes_share: Levels | None = None
    choices: dict[str, Decimal] = Field(default_factory=dict)
    text: tuple[Text, ...] = ()
    varies: bool = False  # text: a new wording every period
    date: DateProfile | None = None
    rows: dict[str, ColumnProfile] = Field(default_factory=dict)


class FixedRow(Frozen):
    """A row that must be there: whose, from which month, and what its texts say."""

    unit: Text
    from_month: int = 1
    values: dict[Slug, Text]


class Roster(Frozen):
    """The rows of an open table: how many a unit has by the year's end and when they appear."""

    default: Annotated[int, Field(ge=0)] = 3
    units: dict[str, int] = Field(default_factory=dict)
    appear: tuple[int, ...] = (1, 1, 3, 5, 7, 9)
    fixed: tuple[FixedRow, ...] = ()


class TableProfile(Frozen):
    """One table: its roster, its columns, its words, and figures that only occur in its texts."""

    roster: Roster = Roster()
    columns: dict[Slug, ColumnProfile] = Field(default_factory=dict)
    words: dict[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    unit_words: dict[str, dict[Slug, tuple[Text, ...]]] = Field(default_factory=dict)
    figures: dict[Slug, ColumnProfile] = Field(default_factory=dict)


class UnitProfile(Frozen):
    """How large a unit is among its peers, how fast it works, and how far it gets."""

    size: Decimal = Decimal(1)
    pace: Decimal = Decimal(1)
    level: Decimal = Decimal(1)


class SampleProfile(Frozen):
    """A whole year of samples for one programme."""

    unchanged: Text  # what a clerk writes beside figures that are last month's
    units: dict[str, UnitProfile] = Field(default_factory=dict)
    shapes: dict[str, Annotated[tuple[Decimal, ...], Field(min_length=12, max_length=12)]] = Field(
        default_factory=dict
    )
    file_names: tuple[Text, ...] = ("{unit}{month}月报表.xlsx",)
    quarter_file_names: tuple[Text, ...] = ("{unit}{quarter}季报.xlsx",)
    late: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    forms: dict[str, dict[Slug, TableProfile]] = Field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def table(self, form: Form, table: Table) -> TableProfile:
        """The profile of a table; an empty one where the profile says nothing of it."""
        return self.forms.get(form.id, {}).get(table.id, TableProfile())

    def unit(self, name: str) -> UnitProfile:
        """How a unit does; an average one where the profile says nothing of it."""
        return self.units.get(name, UnitProfile())


def load_profile(folder: Path, programme: Programme) -> SampleProfile:
    """The profile in ``profile.yml`` and the faults in ``faults.yml`` of a folder.

    ProfileError names each misfit with the programme.
    """
    given: Any = yaml.safe_load((folder / "profile.yml").read_text(encoding="utf-8"))
    faults: Any = yaml.safe_load((folder / "faults.yml").read_text(encoding="utf-8"))
    profile = SampleProfile.model_validate({**given, "faults": faults})
    misfits = (
        *_unknown_names(profile, programme),
        *_unknown_shapes(profile),
        *_misplaced_faults(profile, programme),
    )
    if misfits:
        raise ProfileError("\n".join(f"{folder.name}: {misfit}" for misfit in misfits))
    return profile


def _misplaced_faults(profile: SampleProfile, programme: Programme) -> list[str]:
    """Faults planted where nothing is owed, or found under a code the catalogue lacks."""
    misfits: list[str] = []
    names = {unit.name: unit.code for unit in programme.reporters}
    for fault in profile.faults:
        where = f"{fault.unit} {fault.period} {fault.form}".strip()
        if fault.unit not in names:
            misfits.append(f"no unit ({where})")
            continue
        owed = owed_forms(programme, names[fault.unit], Period.parse(fault.period))
        if fault.form and fault.form not in {form.id for form in owed}:
            misfits.append(f"form not owed ({where})")
        misfits += [
            f"no code {e.code} ({where})" for e in fault.expect if e.code not in catalogue()
        ]
    return misfits


def _unknown_names(profile: SampleProfile, programme: Programme) -> list[str]:
    forms = {form.id: {t.id: t for t in form.tables} for form in programme.forms}
    names = {unit.name for unit in programme.reporters}
    misfits = [f"no unit {name}" for name in (*profile.units, *profile.late) if name not in names]
    for form_id, tables in profile.forms.items():
        for table_id, table_profile in tables.items():
            table = forms.get(form_id, {}).get(table_id)
            if table is None:
                misfits.append(f"no table {form_id}.{table_id}")
                continue
            misfits += _unknown_columns(f"{form_id}.{table_id}", table, table_profile.columns)
    return misfits


def _unknown_columns(where: str, table: Table, columns: Mapping[str, ColumnProfile]) -> list[str]:
    known = {column.id for column in table.columns}
    return [f"no column {where}.{column}" for column in columns if column not in known]


def _unknown_shapes(profile: SampleProfile) -> list[str]:
    return [
        f"no shape {column.shape} ({form_id}.{table_id}.{column_id})"
        for form_id, tables in profile.forms.items()
        for table_id, table in tables.items()
        for column_id, column in (table.columns | table.figures).items()
        if column.shape != "linear" and column.shape not in profile.shapes
    ]
