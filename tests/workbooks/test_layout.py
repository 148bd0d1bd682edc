"""Where things stand on a form's sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from yuebao.programme.models import Form, Programme
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.layout import Area, FormLayout, lay_out_form, sheet_name

MONTH = Period.parse("2023-09")
QUARTER = Period.parse("2023-Q3")


def layout_of(
    programme: Programme, form: str, unit: str, period: Period = MONTH, **open_rows: int
) -> FormLayout:
    code = programme.unit_named(unit).code
    return lay_out_form(programme, programme.form(form), code, period, open_rows)


def owed_layouts(programme: Programme) -> Iterator[FormLayout]:
    for period in (MONTH, QUARTER):
        for unit in programme.reporters:
            for form in owed_forms(programme, unit.code, period):
                yield lay_out_form(programme, form, unit.code, period)


def header_of(layout: FormLayout, table: str) -> list[tuple[str, int, int, int, int]]:
    return [
        (c.text, c.area.top, c.area.left, c.area.bottom, c.area.right)
        for c in layout.table(table).header
    ]


def test_header_labels_are_merged_over_their_children_and_down_to_the_data(
    programme: Programme,
) -> None:
    header = header_of(layout_of(programme, "T08", "共和镇"), "villages")
    assert header[:4] == [
        ("序号", 2, 0, 3, 0),
        ("村（社区）", 2, 1, 3, 1),
        ("转移就业总量（人）", 2, 2, 3, 2),
        ("其中", 2, 3, 2, 5),
    ]
    assert ("县外省内（人）", 3, 4, 3, 4) in header


def test_each_village_has_its_row_and_each_value_its_address(programme: Programme) -> None:
    layout = layout_of(programme, "T08", "共和镇")
    villages = programme.villages(programme.unit_named("共和镇").code)
    rows = layout.table("villages").rows
    assert [row.key for row in rows] == [village.code for village in villages]
    assert [row.label for row in rows] == [village.name for village in villages]
    assert layout.address("villages", "total", villages[0].code) == "C5"
    assert layout.address("villages", "resettled", villages[-1].code) == f"I{4 + len(villages)}"
    assert layout.table("villages").total_row == 4 + len(villages)


def test_an_open_table_always_leaves_room_for_more(programme: Programme) -> None:
    form = programme.form("T03")
    blank = form.tables[0].blank_rows
    assert len(layout_of(programme, "T03", "共和镇").tables[0].rows) == blank
    assert len(layout_of(programme, "T03", "共和镇", projects=2).tables[0].rows) == blank
    crowded = layout_of(programme, "T03", "共和镇", projects=blank)
    assert len(crowded.tables[0].rows) > blank
    assert crowded.address("projects", "project", 0) == "B5"


def test_the_second_table_stands_below_the_first_with_its_own_header(
    programme: Programme,
) -> None:
    layout = layout_of(programme, "T02", "安乐乡")
    first, second = layout.tables
    assert first.total_row is not None
    assert second.title_row == first.total_row + 2
    assert header_of(layout, "township")[0][0] == "序号"
    assert [row.label for row in second.rows] == ["安乐乡"]


def test_a_unit_has_one_row_for_each_plan_item_it_leads(programme: Programme) -> None:
    layout = layout_of(programme, "Q01", "县水务局", QUARTER)
    led = [item for item in programme.items if "县水务局" in item.lead_units]
    assert [row.key for row in layout.tables[0].rows] == [item.id for item in led]
    assert led[0].title in layout.tables[0].rows[0].label


def test_zero_report_only_where_the_form_allows_it(programme: Programme) -> None:
    assert layout_of(programme, "T08", "共和镇").zero_report is None
    projects = layout_of(programme, "T03", "共和镇")
    assert projects.zero_report is not None
    assert projects.zero_label is not None
    assert projects.zero_report.left == projects.zero_label.right + 1


def test_titles_read_as_people_write_them(programme: Programme) -> None:
    assert layout_of(programme, "T14", "共和镇").title == "牟定县村集体经济情况统计表（2023年9月）"
    assert layout_of(programme, "P01", "县水务局").title == "牟定县项目进度月报（2023年9月）"
    quarterly = layout_of(programme, "Q01", "县水务局", QUARTER)
    assert quarterly.title == "牟定县季度工作落实情况表（2023年第三季度）"


def test_sheet_names_stay_within_what_excel_allows(programme: Programme) -> None:
    form: Form = programme.form("T08")
    assert sheet_name(form) == "T08 农村劳动力转移就业"
    odd = form.model_copy(update={"title": "一/二[三]" + "很" * 40})
    assert len(sheet_name(odd)) == 31
    assert not set(sheet_name(odd)) & set("[]:*?/\\")


def test_a_form_without_rows_for_the_unit_is_refused(programme: Programme) -> None:
    with pytest.raises(ValueError, match="no rows"):
        layout_of(programme, "T08", "县水务局")


def cells_of(area: Area) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    ]


def test_on_no_owed_sheet_do_two_things_share_a_cell(programme: Programme) -> None:
    for layout in owed_layouts(programme):
        taken = [(0, 0), (1, 0), *cells_of(layout.explanation), *cells_of(layout.notes)]
        taken += [*cells_of(layout.explanation_label), (layout.signatures_row, 0)]
        for area in filter(None, (layout.zero_label, layout.zero_report)):
            taken += cells_of(area)
        for table in layout.tables:
            for cell in table.header:
                taken += cells_of(cell.area)
            used = set(table.columns.values()) | {0, table.label_column or 0}
            taken += [(row.row, column) for row in table.rows for column in used]
            taken += [(row, 0) for row in (table.total_row, table.title_row) if row is not None]
        assert len(taken) == len(set(taken)), layout.sheet
        assert max(column for _, column in taken) < layout.width


def test_every_header_covers_its_columns_from_top_to_bottom(programme: Programme) -> None:
    for layout in owed_layouts(programme):
        for table in layout.tables:
            covered = [place for cell in table.header for place in cells_of(cell.area)]
            whole = cells_of(Area(table.header_top, 0, table.header_bottom, table.right))
            assert sorted(covered) == whole, layout.sheet
