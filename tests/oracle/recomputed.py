"""Every result once more, from the words of the definitions, slowly, in exact fractions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from plain_definitions import Definitions, is_meant, number
from plain_workbooks import Row

Figure = Fraction | None
# form, table, unit → its rows; None where the unit's report of the form does not count
Reported = Callable[[str, str, str], list[Row] | None]

SHARES = ("ratio", "share_of_units", "share_of_rows", "coverage")


@dataclass
class Line:
    """One indicator of one unit and period, to be held against the warehouse's."""

    numerator: Figure
    denominator: Figure
    value: Figure
    units_expected: int
    units_reported: int
    target: Figure = None
    origin: str = "none"
    expected: Figure = None
    progress: Figure = None
    pace_ratio: Figure = None
    colour: str = "grey"
    needed: Figure = None
    landing: Figure = None


Months = dict[int, dict[tuple, Line]]  # the lines of each month, by indicator and unit


# --- what was reported ----------------------------------------------------------------------


def month_lines(
    definitions: Definitions, month: int, reported: Reported, months: Months
) -> dict[tuple, Line]:
    """By (indicator, unit code): the month of every monthly indicator; ``months``: those before."""
    found: dict[tuple, Line] = {}
    for indicator in definitions.indicators.values():
        form = definitions.forms[indicator["numerator"]["form"]]
        if form["frequency"] == "monthly":
            lines = indicator_lines(definitions, indicator, reported)
            for unit, line in lines.items():
                set_against_target(definitions, indicator, unit, month, line)
                look_ahead(definitions, (indicator["id"], unit), month, line, months)
                found[indicator["id"], unit] = line
    return found


def indicator_lines(
    definitions: Definitions, indicator: dict, reported: Reported
) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    parts: list[tuple[Figure, Figure]] = []
    concerned, in_time = 0, 0
    for unit in definitions.reporters:
        owed = is_concerned(definitions, indicator, unit)
        part = unit_figures(definitions, indicator, unit, reported)
        concerned += owed
        in_time += owed and part is not None
        if part is not None:
            parts.append(part)
        if unit["level"] == "township" and (owed or part is not None):
            top, bottom = part or (None, None)
            line = Line(top, bottom, value(indicator, top, bottom), 1, int(part is not None))
            lines[unit["code"]] = line
    top = together(indicator, [one for one, _ in parts])
    bottom = together(indicator, [one for _, one in parts])
    county = Line(top, bottom, value(indicator, top, bottom), concerned, in_time)
    lines[definitions.county] = county
    return lines


def is_concerned(definitions: Definitions, indicator: dict, unit: dict) -> bool:
    """Whether the unit owes the form the numerator stands in, and is of those who count."""
    term = indicator["numerator"]
    form = definitions.forms[term["form"]]
    if is_meant(form.get("not_applicable", []), unit):
        return False
    return is_meant(form["filed_by"], unit) and is_of_term(term, unit)


def is_of_term(term: dict, unit: dict) -> bool:
    return not term.get("filed_by") or is_meant(term["filed_by"], unit)


def unit_figures(
    definitions: Definitions, indicator: dict, unit: dict, reported: Reported
) -> tuple[Figure, Figure] | None:
    """The unit's numerator and denominator; None if its report is not in."""
    term, other = indicator["numerator"], indicator.get("denominator")
    if not is_of_term(term, unit):
        return None
    rows = reported(term["form"], term["table"], unit["code"])
    if rows is None:
        return None
    top = term_figure(indicator, term, rows)
    rollup = indicator["rollup"]
    if rollup in ("share_of_units", "coverage"):
        return top, Fraction(len(definitions.villages(unit["code"])))
    if rollup == "share_of_rows":
        return top, Fraction(len(rows))
    if other is None:
        return top, None
    below = reported(other["form"], other["table"], unit["code"])
    return None if below is None else (top, term_figure(indicator, other, below))


def term_figure(indicator: dict, term: dict, rows: list[Row]) -> Figure:
    wanted = term.get("rows", [])
    chosen = [cells for key, cells in rows if not wanted or key in wanted]
    for condition in term.get("where", []):
        chosen = [cells for cells in chosen if meets(cells[condition["column"]], condition)]
    columns = term.get("columns", [])
    if indicator["rollup"] in ("share_of_units", "share_of_rows", "count_rows"):
        return Fraction(len(chosen))
    if indicator["rollup"] == "coverage":
        return Fraction(sum(any(is_there(row[c]) for c in columns) for row in chosen))
    numbers = [row[c] for row in chosen for c in columns if isinstance(row[c], Fraction)]
    if indicator["rollup"] == "minimum":
        return min(numbers, default=None)
    return sum(numbers, Fraction(0))


def is_there(cell: object) -> bool:
    return cell == "是" or (isinstance(cell, Fraction) and cell > 0)


def meets(cell: object, condition: dict) -> bool:
    op, wanted = condition["op"], condition.get("value")
    if op in ("filled", "blank"):
        return (cell is None) == (op == "blank")
    if cell is None:
        return False
    right = Fraction(wanted) if isinstance(cell, Fraction) else wanted
    if op in ("eq", "ne"):
        return (cell == right) == (op == "eq")
    return {"ge": cell >= right, "gt": cell > right, "le": cell <= right, "lt": cell < right}[op]


def together(indicator: dict, figures: list[Figure]) -> Figure:
    there = [figure for figure in figures if figure is not None]
    if not there:
        return None
    return min(there) if indicator["rollup"] == "minimum" else sum(there, Fraction(0))


def value(indicator: dict, top: Figure, bottom: Figure) -> Figure:
    if top is None:
        return None
    if indicator["rollup"] not in SHARES:
        return top
    return 100 * top / bottom if bottom else None


# --- the quarter ----------------------------------------------------------------------------


def quarter_lines(definitions: Definitions, last_month: int, months: Months) -> dict[tuple, Line]:
    """The quarter from its months: flows add, minima take the least, the rest takes the last."""
    inside = [months[m] for m in range(last_month - 2, last_month + 1) if m in months]
    found: dict[tuple, Line] = {}
    for key in {key for month in inside for key in month}:
        indicator = definitions.indicators[key[0]]
        known = [month[key] for month in inside if key in month]
        taken = [line for line in known if line.numerator is not None]
        if indicator["movement"] != "flow" and indicator["rollup"] != "minimum":
            taken = taken[-1:]  # the last month reported
        top = together(indicator, [line.numerator for line in taken])
        bottom = together(indicator, [line.denominator for line in taken])
        ended = last_month in months and key in months[last_month]
        reported = known[-1].units_reported if ended else 0
        assert indicator["movement"] != "flow", "the year's figure of flows is not written here"
        line = Line(top, bottom, value(indicator, top, bottom), known[-1].units_expected, reported)
        set_against_target(definitions, indicator, key[1], last_month, line)
        look_ahead(definitions, key, last_month, line, months)
        found[key] = line
    return found


# --- targets --------------------------------------------------------------------------------


def target(definitions: Definitions, indicator: dict, unit: str) -> tuple[Figure, str]:
    """What the unit is held to, and on whose word."""
    of_county = number(indicator["target"].get("value"))
    entered = {
        override["unit"]: Fraction(override["value"])
        for override in definitions.overrides
        if override["indicator"] == indicator["id"]
    }
    townships = definitions.at_level("township")
    if unit == definitions.county:
        if of_county is not None:
            return of_county, "plan"
        if indicator["target"]["kind"] == "allocated" and len(entered) == len(townships):
            return sum(entered.values(), Fraction(0)), "override"
        return None, "none"
    name = definitions.unit(unit)["name"]
    if name in entered:
        return entered[name], "override"
    allocation = indicator["allocation"]
    if allocation["method"] == "printed":
        return number(allocation["values"].get(name, 0)), "plan"
    if of_county is None or allocation["method"] == "county_only":
        return None, "none"
    if allocation["method"] == "same":
        return of_county, "rule"
    return by_villages(definitions, indicator, of_county)[unit], "rule"


def by_villages(definitions: Definitions, indicator: dict, total: Fraction) -> dict[str, Fraction]:
    """In proportion to villages: rounded down, the rest to the largest remainders in turn."""
    term = indicator["numerator"]
    columns = definitions.table(term["form"], term["table"])["columns"]
    kinds = [column["type"] for column in columns if column["id"] in term.get("columns", [])]
    step = Fraction(1) if all(kind == "integer" for kind in kinds) else Fraction(1, 100)
    townships = definitions.at_level("township")
    counts = {unit["code"]: len(definitions.villages(unit["code"])) for unit in townships}
    exact = {code: total * count / sum(counts.values()) for code, count in counts.items()}
    shares = {code: share // step * step for code, share in exact.items()}
    while sum(shares.values()) < total:
        code = max(exact, key=lambda code: (exact[code] - shares[code], -[*exact].index(code)))
        shares[code] += step
    assert sum(shares.values()) == total
    return shares


# --- pace and colour ------------------------------------------------------------------------


def set_against_target(
    definitions: Definitions, indicator: dict, unit: str, month: int, line: Line
) -> None:
    line.target, line.origin = target(definitions, indicator, unit)
    base = number(indicator["target"].get("base")) or Fraction(0)
    of_county = number(indicator["target"].get("value"))
    if unit == definitions.county:
        counted, start = base, base
    else:  # a township's own base is not known: in proportion it shifts what is expected only
        counted = Fraction(0)
        start = base * line.target / of_county if line.target is not None and of_county else counted
    line.expected = expected(indicator, month, line.target, start)
    kind = indicator["target"]["kind"]
    if kind not in ("zero", "tracked") and line.value is not None and line.target is not None:
        if line.target != counted:
            line.progress = 100 * (line.value - counted) / (line.target - counted)
        if line.expected is not None and line.expected > counted:
            line.pace_ratio = (line.value - counted) / (line.expected - counted)
    line.colour = colour(definitions, indicator, line, counted)


def expected(indicator: dict, month: int, target: Figure, start: Fraction) -> Figure:
    """The value pace asks for by the end of the month."""
    if indicator["target"]["kind"] == "zero":
        return Fraction(0)
    if indicator["target"]["kind"] == "tracked" or target is None:
        return None
    pace = indicator["pace"]
    if pace["kind"] == "year_end" and month < 12:
        return None
    share = Fraction(1)
    if pace["kind"] == "linear":
        share = Fraction(month, 12)
    elif pace["kind"] == "steps":
        reached = [step for step in pace["steps"] if step <= month]
        share = Fraction(pace["steps"][max(reached)]) if reached else Fraction(0)
    return start + (target - start) * share


def colour(definitions: Definitions, indicator: dict, line: Line, base: Fraction) -> str:
    kind = indicator["target"]["kind"]
    if line.value is None or kind == "tracked":
        return "grey"
    if kind == "zero":
        return "green" if line.value == 0 else "red"
    if line.target is None:
        return "grey"
    if kind == "about":
        return around(indicator, line)
    return colour_by_pace(definitions, indicator, line, base)


def colour_by_pace(definitions: Definitions, indicator: dict, line: Line, base: Fraction) -> str:
    kind = indicator["target"]["kind"]
    if kind == "equal" and not indicator.get("gross") and line.value > line.target:
        return "amber"
    if line.target > base and line.value >= line.target:
        return "green"
    if line.pace_ratio is None:
        return "grey"
    bounds = definitions.programme["colours"]
    if line.pace_ratio >= Fraction(bounds["green_from"]):
        return "green"
    return "amber" if line.pace_ratio >= Fraction(bounds["amber_from"]) else "red"


def around(indicator: dict, line: Line) -> str:
    if line.expected is None:
        return "grey"
    off = abs(line.value - line.expected) / Fraction(indicator["target"]["tolerance"])
    return "green" if off <= 1 else "amber" if off <= 2 else "red"


def floored(figure: Fraction) -> Fraction:
    """To six places, never up."""
    return Fraction(math.floor(figure * 10**6), 10**6)


# --- what is still needed, and where the year will end --------------------------------------


def look_ahead(
    definitions: Definitions, key: tuple[str, str], month: int, line: Line, months: Months
) -> None:
    if line.value is None:
        return
    indicator, of_county = definitions.indicators[key[0]], key[1] == definitions.county
    line.needed = needed(indicator, month, line)
    stays = indicator["rollup"] in (*SHARES, "minimum") or indicator["pace"]["kind"] == "level"
    if stays or indicator["target"]["kind"] == "zero":
        line.landing = line.value
    elif line.units_reported >= line.units_expected:
        base = number(indicator["target"].get("base")) if of_county else None
        end = line.value + (12 - month) * growth(indicator, key, month, line, months, base)
        line.landing = end if indicator["rollup"] == "net" else max(end, Fraction(0))


def needed(indicator: dict, month: int, line: Line) -> Figure:
    """What each month left must bring."""
    climbs = indicator["target"]["kind"] in ("at_least", "equal", "allocated")
    if not climbs or indicator["pace"]["kind"] == "level" or line.target is None:
        return None
    if line.value >= line.target:
        return Fraction(0)
    months_left = indicator["target"]["due_on"].month - month
    return (line.target - line.value) / months_left if months_left > 0 else None


def growth(
    indicator: dict, key: tuple, month: int, line: Line, months: Months, base: Figure
) -> Fraction:
    """A month's growth since the earliest complete one of the three months before."""
    may_fall = indicator["movement"] == "stock" or indicator["rollup"] == "net"
    for before in range(month - 3, month):
        then = months.get(before, {}).get(key)
        if then is None or then.value is None or then.units_reported < then.units_expected:
            continue
        found = (line.value - then.value) / (month - before)
        return found if may_fall else max(found, Fraction(0))
    if indicator["movement"] == "stock":
        return (line.value - base) / month if base else Fraction(0)
    return line.value / month if may_fall else max(line.value / month, Fraction(0))
