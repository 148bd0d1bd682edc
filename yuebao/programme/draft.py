"""A programme on its way in: what could be read of each file, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import Field

from yuebao.programme.models import (
    AllocationOverride,
    Calendar,
    Colours,
    CrossCheck,
    Document,
    Form,
    Frozen,
    Indicator,
    Item,
    Reconciliation,
    RevisionPolicy,
    Text,
    Unit,
    Work,
)
from yuebao.programme.sources import Fault, Source, Step

T_co = TypeVar("T_co", covariant=True)


class Heading(Frozen):
    """programme.yml: what the programme is, apart from its lists."""

    id: Text
    title: Text
    county: Text
    year: int = Field(ge=1949, le=2100)
    report_to: Text
    document: Document
    colours: Colours
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Located(Generic[T_co]):
    """A definition with the place it was read from."""

    value: T_co
    source: Source
    at: tuple[Step, ...] = ()

    def fault(self, text: str, *address: Step) -> Fault:
        """A fault of this definition, at the line of ``address`` within it."""
        return Fault(self.source.path, self.source.line_of((*self.at, *address)), text)


@dataclass(frozen=True, slots=True)
class Draft:
    """All definitions that could be read; ``incomplete`` names files that could not, wholly.

    References into an incomplete file are not judged: one mistyped key should make one fault.
    """

    heading: Located[Heading] | None
    calendar: Located[Calendar] | None
    units: tuple[Located[Unit], ...]
    items: tuple[Located[Item], ...]
    forms: tuple[Located[Form], ...]
    indicators: tuple[Located[Indicator], ...]
    crosschecks: tuple[Located[CrossCheck], ...]
    reconciliations: tuple[Located[Reconciliation], ...]
    overrides: tuple[Located[AllocationOverride], ...]
    revisions: Located[RevisionPolicy] | None
    incomplete: frozenset[str]
