"""The warehouse's results against the recomputed ones: every figure that differs."""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from plain_definitions import Definitions
from plain_workbooks import PlainWorkbook, Row
from recomputed import Figure, Line, Reported, floored, month_lines, quarter_lines

from sql.store import Warehouse
from yuebao.results import ACCEPTED_STATES, FormState, IndicatorResult
from yuebao.rules.period import Period

ROUNDED = Fraction(1, 2_000_000)  # half of the sixth decimal
FIGURES = (
    "value", "numerator", "denominator", "target", "expected", "progress", "needed", "landing",
)  # fmt: skip


def disagreements(
    definitions: Definitions, warehouse: Warehouse, inbox: Path, periods: list[Period]
) -> tuple[list[str], int]:
    """What the warehouse says otherwise than the raw workbooks do, and how many results agree."""
    found: list[str] = []
    months: dict[int, dict[tuple, Line]] = {}
    compared = 0
    for period in periods:
        if period.is_quarter:
            lines = quarter_lines(definitions, period.month, months)
        else:
            reported = raw_reports(definitions, warehouse, inbox, period)
            lines = months[period.month] = month_lines(definitions, period.month, reported, months)
        programme = definitions.programme["id"]
        results = {(r.indicator, r.unit): r for r in warehouse.results(programme, [period])}
        found += [f"{period} {key}: only one side" for key in lines.keys() ^ results.keys()]
        for key in sorted(lines.keys() & results.keys()):
            compared += 1
            found += [f"{period} {key} {what}" for what in differences(lines[key], results[key])]
    return found, compared


def differences(line: Line, result: IndicatorResult) -> list[str]:
    pairs = {
        "units_expected": (line.units_expected, result.units_expected),
        "units_reported": (line.units_reported, result.units_reported),
        "origin": (line.origin, result.target_origin.value),
        "colour": (line.colour, result.colour.value),
        "pace_ratio": (
            None if line.pace_ratio is None else floored(line.pace_ratio),
            exact(result.pace_ratio),
        ),
    }
    wrong = [f"{name}: {mine} here, {theirs} there" for name, (mine, theirs) in pairs.items()
             if mine != theirs]  # fmt: skip
    for name in FIGURES:
        mine, theirs = getattr(line, name), exact(getattr(result, name))
        if not is_same(mine, theirs):
            wrong.append(f"{name}: {mine} here, {theirs} there")
    return wrong


def exact(figure: Decimal | None) -> Figure:
    return None if figure is None else Fraction(figure)


def is_same(mine: Figure, theirs: Figure) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine - theirs) <= ROUNDED


def raw_reports(
    definitions: Definitions, warehouse: Warehouse, inbox: Path, period: Period
) -> Reported:
    """The rows of each report that counts; which ones count is taken from the warehouse."""
    files: dict[tuple[str, str], tuple[str, FormState]] = {}
    for record in warehouse.submissions(definitions.programme["id"], period):
        for form in record.forms:
            if form.is_current:
                assert form.state in ACCEPTED_STATES
                files[record.unit, form.form] = record.file_name, form.state

    @cache
    def book(unit: str, name: str) -> PlainWorkbook:
        folder = inbox / definitions.unit(unit)["name"] / str(period)
        return PlainWorkbook(folder / name, definitions)

    @cache
    def reported(form: str, table: str, unit: str) -> list[Row] | None:
        if (unit, form) not in files:
            return None
        name, state = files[unit, form]
        if state is FormState.ZERO:
            return []
        return book(unit, name).rows(form, table, unit)

    return reported
