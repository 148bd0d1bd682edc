"""Findings of one form on one sheet, collected while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Form
from yuebao.workbooks.signatures import form_name


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a form something was found; empty where it does not apply."""

    table: str = ""
    row: str = ""
    column: str = ""
    cell: str = ""
    cells: tuple[str, ...] = ()


NOWHERE = Spot()


@dataclass(slots=True)
class FormNotes:
    """Collects the findings of a form; ``issues`` holds them in the order they were made."""

    unit: str
    period: str
    form: Form
    sheet: str
    issues: list[Issue] = field(default_factory=list)

    def note(
        self,
        code: str,
        spot: Spot = NOWHERE,
        *,
        value: str = "",
        expected: str = "",
        message: str = "",
        **words: str,
    ) -> None:
        """Add a finding; ``value``, ``expected`` and ``words`` fill the catalogue's sentences."""
        said = {"form": form_name(self.form), "sheet": self.sheet, **words}
        self.issues.append(
            make_issue(
                code,
                unit=self.unit,
                period=self.period,
                words={**said, "value": value, "expected": expected},
                message=message,
                form=self.form.id,
                sheet=self.sheet,
                table=spot.table,
                row=spot.row,
                column=spot.column,
                cell=spot.cell,
                cells=spot.cells or ((spot.cell,) if spot.cell else ()),
                value=value,
                expected=expected,
            )
        )
