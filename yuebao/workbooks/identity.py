"""What the template's hidden sheet says of itself, compared with where the file was found."""

from __future__ import annotations

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme
from yuebao.readings import Identity
from yuebao.rules.period import Period, PeriodError
from yuebao.workbooks.cells import shown_raw
from yuebao.workbooks.raw import RawWorkbook

IDENTITY_SHEET = "_yuebao"
_NEEDED = ("programme", "version", "unit", "period")
_YES = "是"


def identity_of(raw: RawWorkbook) -> Identity | None:
    """The identity a workbook carries; None where it carries none, or not all of it."""
    sheet = raw.sheet(IDENTITY_SHEET)
    if sheet is None:
        return None
    said = {
        shown_raw(row[0]): shown_raw(row[1])
        for row in sheet.rows
        if len(row) > 1 and row[0] is not None
    }
    if not all(said.get(key) for key in _NEEDED):
        return None
    return Identity(
        programme=said["programme"],
        version=said["version"],
        unit=said["unit"],
        period=said["period"],
        sample=said.get("sample") == _YES,
    )


def identity_issues(
    identity: Identity | None, programme: Programme, *, unit: str, period: str
) -> tuple[Issue, ...]:
    """What is wrong with a file's identity, given the folder it lay in."""
    if identity is None:
        return (make_issue("no-identity", unit=unit, period=period),)
    found: list[tuple[str, str, str]] = []
    if identity.programme != programme.id:
        found.append(("wrong-programme", identity.programme, programme.title))
    if identity.unit != unit:
        found.append(
            ("wrong-unit", _unit_name(programme, identity.unit), _unit_name(programme, unit))
        )
    if identity.period != period:
        found.append(("wrong-period", _chinese(identity.period), _chinese(period)))
    if not found and identity.version != programme.version:
        found.append(("older-template", "", ""))
    return tuple(
        make_issue(
            code,
            unit=unit,
            period=period,
            words={"value": value, "expected": expected},
            value=value,
            expected=expected,
        )
        for code, value, expected in found
    )


def _unit_name(programme: Programme, code: str) -> str:
    try:
        return programme.unit(code).name
    except KeyError:
        return code


def _chinese(period: str) -> str:
    try:
        return Period.parse(period).chinese
    except PeriodError:
        return period
