"""What was read from a submission, and what is written into a template: values with addresses.

A *reading* is what a file says; whether it is right is decided later. Numbers are Decimal, rates
are per cent (98 for 98 %), 是/否 is bool, villages and townships are unit codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from yuebao.findings import Issue

Value: TypeAlias = Decimal | str | bool | date


class Entry(NamedTuple):
    """One cell of a form's table. ``value`` is None where the cell is blank or could not be read.

    ``row`` is the row's key: a village code, a listed key, an item id, the unit's code, or for
    open tables the key columns' texts joined with ``|``. ``position`` counts the table's rows
    from 0. ``raw`` is the cell as text, as submitted. ``readable`` is False where an issue says
    why the cell could not be read.
    """

    table: str
    row: str
    position: int
    column: str
    value: Value | None
    raw: str
    address: str
    readable: bool = True


@dataclass(frozen=True, slots=True)
class FormReading:
    """One form of one unit and period as read from one sheet."""

    form: str
    unit: str
    period: str
    sha256: str
    sheet: str
    entries: tuple[Entry, ...]
    zero_report: bool = False
    explanation: str = ""
    issues: tuple[Issue, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict, hash=False)  # by finding id
    filled_by: str = ""  # the name behind 填表人, where there is one


@dataclass(frozen=True, slots=True)
class Identity:
    """What the template's hidden sheet says of itself."""

    programme: str
    version: str
    unit: str
    period: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionReading:
    """A whole file as read. ``issues`` are of the file; the forms carry their own.

    ``explanations`` are those written beside the findings of a returned workbook, by finding id;
    the forms carry them too. ``returned_version`` is the version such a workbook was made of,
    0 for what is no returned workbook.
    """

    unit: str
    period: str
    sha256: str
    file_name: str
    arrived_at: datetime
    identity: Identity | None
    forms: tuple[FormReading, ...]
    issues: tuple[Issue, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict, hash=False)
    returned_version: int = 0


@dataclass(frozen=True, slots=True)
class RowValues:
    """One row to be written, or last accepted: column id → value."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values of a form, by table id."""

    form: str
    tables: Mapping[str, tuple[RowValues, ...]]
    zero_report: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class AcceptedForm:
    """The newest accepted values of a form and unit before a period; ``period`` says from when."""

    form: str
    unit: str
    period: str
    values: FormValues
    previous: bool = field(default=True)  # from the directly preceding period of the form


Accepted: TypeAlias = Mapping[tuple[str, str], AcceptedForm]  # by (unit code, form id)
