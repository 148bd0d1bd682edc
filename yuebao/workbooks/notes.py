"""Findings of one form on one sheet, collected while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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
_SINGLY = 50  # findings of one kind in one column that are told one by one
_Kind = tuple[str, str, str]


@dataclass(slots=True)
class FormNotes:
    """Collects the findings of a form, in the order they were made.

    A column that is wrong all the way down is told cell by cell at first, then as one finding.
    """

    unit: str
    period: str
    form: Form
    sheet: str
    issues: list[Issue] = field(default_factory=list)
    _told: dict[_Kind, int] = field(default_factory=dict)
    _more: dict[_Kind, list[Spot]] = field(default_factory=dict)

    def finished(self) -> tuple[Issue, ...]:
        """The findings; the last one told of each kind stands for all that follow it."""
        folded = {kind: [spot.cell for spot in spots] for kind, spots in self._more.items()}
        found = list(self.issues)
        for at in range(len(found) - 1, -1, -1):
            issue = found[at]
            cells = folded.pop((issue.code, issue.table, issue.column), None)
            if cells:
                message = f"{issue.message}（以下还有 {len(cells)} 处同样的问题）"
                found[at] = replace(issue, message=message, cells=(*issue.cells, *cells))
        return tuple(found)

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
        kind = (code, spot.table, spot.column)
        self._told[kind] = self._told.get(kind, 0) + 1
        if self._told[kind] > _SINGLY and spot.cell:
            self._more.setdefault(kind, []).append(spot)
            return
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
