"""The plan as printed: its works, clauses, figures, and how its results are coloured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from yuebao.programme.definition import Frozen, Share, Slug, Text


class Work(Frozen):
    """One of the plan's key works, e.g. number 6, clause 二(六)."""

    number: Annotated[int, Field(ge=1)]
    clause: Text
    title: Text


class Item(Frozen):
    """A clause of the plan with the people and units that answer for it."""

    id: Text
    work: int
    clause: Text
    title: Text
    leaders: tuple[Text, ...]
    lead_units: tuple[Text, ...]
    responsible_units: tuple[Text, ...] = ()


class Quantity(Frozen):
    """A figure the plan prints, e.g. 340 户."""

    label: Text
    value: Decimal
    unit: Text


class Reconciliation(Frozen):
    """A total the plan prints beside its parts; reported where they differ, never mended."""

    id: Slug
    clause: Text
    total: Quantity
    parts: tuple[Quantity, ...]


class Document(Frozen):
    title: Text
    issuer: Text
    issued_on: date
    reference: str = ""


class Colours(Frozen):
    """Value over expected-by-now from which a result is green, and from which amber; red below."""

    green_from: Share
    amber_from: Share
