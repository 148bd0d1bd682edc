"""A collected month: every sum leads back to its cells, every version to what its file said."""

from dataclasses import replace

from flows.provenance_words import history_words
from sql.provenance import CellSought
from tasks.tracing import trace
from tasks.value_history import history_of
from yuebao.results import FormState
from yuebao.rules.period import Period

MONTH, UNIT = "2023-06", "蟠猫乡"


def test_the_cells_behind_each_sum_add_up_to_it(collected, open_office):
    with open_office(collected) as office:
        county = office.programme.county
        for period in (Period.parse(MONTH), Period.parse(MONTH).quarter):
            summed = 0
            for indicator in office.programme.indicators:
                found = trace(office, indicator, period, county)
                for month in found.months if found else ():
                    total = month.total(indicator)
                    if total is not None and month.result.numerator is not None:
                        assert total == month.result.numerator, indicator.id
                        summed += bool(month.cells)
            assert summed > 10


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
