"""A collected month: every sum leads back to its cells, every version to what its file said."""

from dataclasses import replace
from decimal import Decimal

from flows.commands.provenance_words import history_words
from sql.provenance import CellSought, TracedCell
from tasks.tracing import Trace, trace
from tasks.value_history import history_of
from yuebao.programme.models import Indicator, Rollup
from yuebao.results import FormState
from yuebao.rules.entering import Part
from yuebao.rules.period import Period

MONTH, UNIT = "2023-06", "蟠猫乡"


def test_the_cells_behind_each_figure_come_to_it(collected, open_office):
    with open_office(collected) as office:
        programme = office.programme
        for period in (Period.parse(MONTH), Period.parse(MONTH).quarter):
            rollups, parts = set(), set()
            for indicator in programme.indicators:
                found = trace(office, indicator, period, programme.county)
                if found is None or found.result.value is None:
                    continue
                assert all(month.holds for month in found.months), indicator.id
                assert found.value == found.result.value, indicator.id
                assert added_by_hand(indicator, found) == found.value, indicator.id
                rollups.add(indicator.rollup)
                parts |= {part for month in found.months for part in month.parts}
            assert len(rollups) >= 5
            assert parts >= {Part.ADDED, Part.NUMERATOR, Part.DENOMINATOR, Part.COUNTED}


def added_by_hand(indicator: Indicator, found: Trace) -> Decimal | None:
    """The figure by the parts the cells are said to play, and nothing else."""
    if indicator.rollup is Rollup.COUNT_ROWS:
        return rows_of(found, Part.COUNTED)
    if indicator.rollup is Rollup.MINIMUM:
        return min(cell.value for cell, part in cells_of(found) if part is Part.LEAST)
    if indicator.rollup is Rollup.RATIO:
        over, under = total_of(found, Part.NUMERATOR), total_of(found, Part.DENOMINATOR)
    elif indicator.rollup is Rollup.SHARE_OF_ROWS:
        over, under = rows_of(found, Part.COUNTED), rows_of(found, Part.COUNTED, Part.ROW_ONLY)
    elif indicator.rollup in (Rollup.SHARE_OF_UNITS, Rollup.COVERAGE):
        over, under = rows_of(found, Part.COUNTED), found.result.denominator
    else:
        return total_of(found, Part.ADDED)
    return (100 * over / under).quantize(Decimal("0.000001")) if under else None


def cells_of(found: Trace) -> list[tuple[TracedCell, Part]]:
    return [pair for m in found.months for pair in zip(m.cells, m.parts, strict=True)]


def total_of(found: Trace, part: Part) -> Decimal:
    return sum((cell.value for cell, its in cells_of(found) if its is part), Decimal(0))


def rows_of(found: Trace, *parts: Part) -> Decimal:
    rows = {
        (month.result.period, cell.unit_code, cell.row_number)
        for month in found.months
        for cell, part in zip(month.cells, month.parts, strict=True)
        if part in parts
    }
    return Decimal(len(rows))


def test_what_was_sent_back_is_read_from_its_file(collected, open_office):
    with open_office(collected) as office:
        code = office.programme.unit_named(UNIT).code
        first, last = office.warehouse.submissions(office.programme.id, MONTH, unit=code)
        form = next(one.form for one in first.forms if one.state is FormState.RETURNED)
        assert form in {one.form for one in last.forms if one.is_current}
        ever = office.warehouse.history(office.programme.id, CellSought(MONTH, code, form))
        cell = next(event for event in ever if event.version == 2 and event.value is not None)
        sought = CellSought(MONTH, code, form, cell.table_id, cell.row_key, cell.column_id)
        events = history_of(office, sought)
    assert [(e.version, e.state, e.counts) for e in events] == [
        (1, "returned", "否"),
        (2, "accepted", "是"),
    ]
    assert events[0].cell
    assert events[0].text_value
    assert [e.sha256 for e in events] == [first.sha256, last.sha256]
    overtaken = replace(events[1], version=1, counts="否")
    words = history_words(office.programme, (events[0], overtaken, events[1]))
    assert " 第 1 版 退回 " in words[0]
    assert " 第 1 版 已入库（已由第 2 版代替，不再计数） " in words[1]
    assert " 第 2 版 已入库（现在计数） " in words[2]
