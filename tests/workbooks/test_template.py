"""The workbook a clerk opens, read back with another library than the one that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from yuebao.programme.models import ColumnType, Form, Measure, Programme
from yuebao.readings import AcceptedForm, FormValues, RowValues, Value
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.layout import lay_out_form
from yuebao.workbooks.template import filled_layout, render_workbook

MONTH = Period.parse("2023-09")


def rendered(programme: Programme, form: str, unit: str = "共和镇", **given: Any) -> bytes:
    code = programme.unit_named(unit).code
    period = given.pop("period", MONTH)
    return render_workbook(programme, code, period, (programme.form(form),), **given)


def sheet_of(content: bytes, form: Form, *, values: bool = False) -> Any:
    book = openpyxl.load_workbook(BytesIO(content), data_only=values)
    return book[next(name for name in book.sheetnames if name.startswith(form.id))]


def opened(programme: Programme, form: str, *, values: bool = False, **given: Any) -> Any:
    return sheet_of(rendered(programme, form, **given), programme.form(form), values=values)


def validation_at(sheet: Any, address: str) -> Any:
    return next(v for v in sheet.data_validations.dataValidation if address in v.sqref)


def marks_at(sheet: Any, address: str) -> list[str]:
    """The formulas of the live checks on a cell."""
    return [
        rule.formula[0]
        for area in sheet.conditional_formatting
        for rule in area.rules
        if address in area.sqref
    ]


def form_values(form: str, table: str, *rows: tuple[str, Mapping[str, Value]]) -> FormValues:
    return FormValues(form, {table: tuple(RowValues(key, values) for key, values in rows)})


def accepted(
    programme: Programme, unit: str, period: str, values: FormValues
) -> dict[tuple[str, str], AcceptedForm]:
    code = programme.unit_named(unit).code
    return {(code, values.form): AcceptedForm(values.form, code, period, values)}


PROJECT: dict[str, Value] = {
    "project": "柳丰大棚",
    "village": "532323101205",
    "owner": "某合作社",
    "planned_area": Decimal("120.5"),
    "started_area": Decimal("80"),
    "built_area": Decimal("30"),
    "investment": Decimal("96.4"),
    "claims_subsidy": True,
    "subsidy": Decimal("0"),
}


def test_the_sheet_looks_like_the_printed_form(programme: Programme) -> None:
    sheet = opened(programme, "T08")
    assert sheet["A1"].value == "牟定县农村劳动力转移就业情况统计表（2023年9月）"
    assert sheet["A2"].value == "填报单位：共和镇（盖章）"
    assert "填报时间：2023年9月" in [cell.value for cell in sheet[2]]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:I1", "A3:A4", "B3:B4", "D3:F3", "G3:H3"} <= merged
    assert sheet["C3"].value.replace("\n", "") == "转移就业总量（人）"
    last = [cell.value for cell in sheet[sheet.max_row] if cell.value]
    assert last == ["审核人：", "填表人：", "联系电话："]
    assert any(str(cell.value).startswith("注：") for (cell,) in sheet["A28:A40"])


def test_only_the_cells_to_be_filled_in_are_open(programme: Programme) -> None:
    sheet = opened(programme, "T08")
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert not sheet["C5"].protection.locked
    for address in ("A1", "A2", "C3", "A5", "B5", "C29"):
        assert sheet[address].protection.locked, address


def test_a_number_cell_takes_whole_numbers_from_its_minimum_on(programme: Programme) -> None:
    rule = validation_at(opened(programme, "T08"), "D7")
    assert (rule.type, rule.operator, rule.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert rule.promptTitle == "县内"
    assert "整数" in rule.prompt
    assert "单位：人" in rule.prompt
    assert "整数" in rule.error
    assert rule.showErrorMessage
    assert rule.showInputMessage


def test_choices_are_lists_and_dates_are_dates(programme: Programme) -> None:
    projects = opened(programme, "T03")
    assert validation_at(projects, "I6").formula1 == '"是,否"'
    assert projects["C5"].value is None
    assert "柳丰村民委员会" in validation_at(projects, "C5").formula1
    monthly = opened(programme, "P01", unit="县水务局")
    towns = validation_at(monthly, "C5")
    assert towns.type == "list"
    assert "戌街乡" in towns.formula1
    assert validation_at(monthly, "L5").type == "date"


def test_long_lists_stand_on_a_hidden_sheet(programme: Programme) -> None:
    content = rendered(programme, "T03", unit="县水务局")
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = sheet_of(content, programme.form("T03"))
    rule = next(v for v in sheet.data_validations.dataValidation if "_lists" in str(v.formula1))
    villages = [v.name for t in programme.townships for v in programme.villages(t.code)]
    assert rule.formula1 == f"_lists!$A$1:$A${len(villages)}"
    assert [cell.value for cell in book["_lists"]["A"]] == villages
    assert book["_lists"].sheet_state == "veryHidden"


def test_the_workbook_says_what_it_is_on_a_hidden_sheet(programme: Programme) -> None:
    book = openpyxl.load_workbook(BytesIO(rendered(programme, "T08", sample=True)))
    sheet = book["_yuebao"]
    assert sheet.sheet_state == "veryHidden"
    said = {name.value: value.value for name, value in sheet["A1:B5"]}
    assert said == {
        "programme": programme.id,
        "version": programme.version,
        "unit": programme.unit_named("共和镇").code,
        "period": "2023-09",
        "sample": "是",
    }


def test_the_guide_comes_first_and_leads_to_every_form(programme: Programme) -> None:
    code = programme.unit_named("共和镇").code
    forms = owed_forms(programme, code, MONTH)
    content = render_workbook(programme, code, MONTH, forms, due_on=date(2023, 9, 25))
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames[0] == "填报说明"
    assert book.active.title == "填报说明"
    cells = [cell for row in book["填报说明"].iter_rows() for cell in row]
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1 : len(forms) + 1]}
    words = "".join(str(cell.value) for cell in cells if cell.value)
    for piece in ("2023年9月25日前", "共和镇/2023-09/", "情况说明", programme.report_to):
        assert piece in words


def test_a_sample_says_so_in_plain_sight(programme: Programme) -> None:
    real, sample = opened(programme, "T08"), opened(programme, "T08", sample=True)
    assert "样例数据" in sample["A1"].value
    assert "样例数据" not in real["A1"].value
    assert real.sheet_properties.tabColor.rgb != sample.sheet_properties.tabColor.rgb


def test_entered_values_stand_at_the_addresses_of_the_layout(programme: Programme) -> None:
    entered = form_values("T03", "projects", ("柳丰大棚|532323101205", PROJECT))
    sheet = opened(programme, "T03", entered={"T03": entered})
    code = programme.unit_named("共和镇").code
    layout = filled_layout(programme, programme.form("T03"), code, MONTH, entered=entered)

    def at(column: str) -> Any:
        return sheet[layout.address("projects", column, 0)].value

    assert at("village") == "柳丰村民委员会"
    assert at("planned_area") == 120.5
    assert at("claims_subsidy") == "是"
    assert at("subsidy") == 0


def test_dates_are_written_as_dates(programme: Programme) -> None:
    row: dict[str, Value] = {"project": "水池", "started_on": date(2023, 5, 20)}
    entered = form_values("P01", "projects", ("水池|", row))
    cell = opened(programme, "P01", unit="县水务局", entered={"P01": entered})["L5"]
    assert cell.value == datetime(2023, 5, 20)  # noqa: DTZ001
    assert cell.number_format == "yyyy-mm-dd"


def test_the_total_row_sums_and_shows_the_sum_at_once(programme: Programme) -> None:
    villages = programme.villages(programme.unit_named("安乐乡").code)
    rows = [(v.code, {"total": Decimal(100 + n)}) for n, v in enumerate(villages)]
    entered = {"T08": form_values("T08", "villages", *rows)}
    bottom = 5 + len(villages)
    given = {"unit": "安乐乡", "entered": entered}
    assert opened(programme, "T08", **given)[f"C{bottom}"].value == f"=SUM(C5:C{bottom - 1})"
    shown = opened(programme, "T08", values=True, **given)[f"C{bottom}"].value
    assert shown == sum(100 + n for n in range(len(villages)))


def test_zero_report_and_explanation_are_written_where_they_are_read(
    programme: Programme,
) -> None:
    entered = FormValues("T03", {}, zero_report=True, explanation="本月无新建项目")
    sheet = opened(programme, "T03", entered={"T03": entered})
    code = programme.unit_named("共和镇").code
    layout = lay_out_form(programme, programme.form("T03"), code, MONTH)
    assert layout.zero_report is not None
    assert sheet[layout.zero_report.address].value == "是"
    assert sheet[layout.explanation.address].value == "本月无新建项目"
    assert not sheet[layout.explanation.address].protection.locked


def test_an_entered_row_without_a_place_is_refused(programme: Programme) -> None:
    entered = form_values("T08", "villages", ("000", {"total": Decimal(1)}))
    with pytest.raises(ValueError, match="000"):
        rendered(programme, "T08", entered={"T08": entered})


def test_cumulatives_start_from_the_last_accepted_and_flows_blank(programme: Programme) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    row: dict[str, Value] = {
        "certified": Decimal(2),
        "certified_total": Decimal(5),
        "led_households": Decimal(40),
    }
    last = accepted(programme, "共和镇", "2023-08", form_values("T02", "villages", (village, row)))
    sheet = opened(programme, "T02", carried=last)
    layout = lay_out_form(
        programme, programme.form("T02"), programme.unit_named("共和镇").code, MONTH
    )
    shown = [sheet[layout.address("villages", column, village)].value for column in row]
    assert shown == [None, 5, None]


def test_cumulatives_of_last_year_are_not_carried_over(programme: Programme) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    values = form_values("T02", "villages", (village, {"certified_total": Decimal(5)}))
    sheet = opened(programme, "T02", carried=accepted(programme, "共和镇", "2022-12", values))
    assert sheet["D5"].value is None
    assert not any("(5)" in formula for formula in marks_at(sheet, "D5"))


def test_an_open_table_brings_its_roster_along(programme: Programme) -> None:
    values = form_values("T03", "projects", ("柳丰大棚|532323101205", PROJECT))
    last = accepted(programme, "共和镇", "2023-08", values)
    sheet = opened(programme, "T03", carried=last)
    row = [cell.value for cell in sheet[5]][1:]
    assert row == ["柳丰大棚", "柳丰村民委员会", "某合作社", 120.5, 80, 30, 96.4, "是", 0]
    assert sheet["B6"].value is None


def test_what_was_written_last_quarter_is_not_written_again_for_the_clerk(
    programme: Programme,
) -> None:
    quarter = Period.parse("2023-Q3")
    item = next(item for item in programme.items if "县水务局" in item.lead_units)
    values = form_values("Q01", "items", (item.id, {"progress": "已开工", "problems": "暂无"}))
    sheet = opened(
        programme,
        "Q01",
        unit="县水务局",
        period=quarter,
        carried=accepted(programme, "县水务局", "2023-Q2", values),
        figures={item.id: "完成 12 件"},
    )
    assert [cell.value for cell in sheet[5]][2:5] == ["完成 12 件", None, None]
    assert sheet["C5"].protection.locked
    assert not sheet["D5"].protection.locked


def test_entered_values_take_the_place_of_what_is_carried(programme: Programme) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    values = form_values("T02", "villages", (village, {"certified_total": Decimal(5)}))
    last = accepted(programme, "共和镇", "2023-08", values)
    entered = {"T02": form_values("T02", "villages", (village, {"certified": Decimal(1)}))}
    sheet = opened(programme, "T02", carried=last, entered=entered)
    assert sheet["C5"].value == 1
    assert sheet["D5"].value is None


def test_live_checks_follow_the_rules_of_the_form(programme: Programme) -> None:
    sheet = opened(programme, "T08")
    parts = "IF(COUNT($C5,$D5,$E5,$F5)=4,ABS(ROUND($C5-($D5+$E5+$F5),6))>0,FALSE)"
    assert parts in marks_at(sheet, "C5")
    assert "IF(COUNT($G5,$C5)=2,ROUND($G5-$C5*1,6)>0,FALSE)" in marks_at(sheet, "G9")
    assert 'AND(TRIM($C5)="",COUNTA($C5:$I$28)>0)' in marks_at(sheet, "C28")
    assert 'AND(TRIM(C5)="",COUNTA($C$5:$I$28)>0)' in marks_at(sheet, "C28")
    repaired = opened(programme, "T12")
    assert any("$F5-$E5" in formula.replace(" ", "") for formula in marks_at(repaired, "F5"))
    assert any("*1.7" in formula for formula in marks_at(repaired, "G5"))
    assert any("*1.2" in formula for formula in marks_at(repaired, "G6"))
    assert not any("*1.7" in formula for formula in marks_at(repaired, "G6"))


def test_live_checks_know_the_last_accepted_cumulative(programme: Programme) -> None:
    village = programme.villages(programme.unit_named("共和镇").code)[0].code
    values = form_values("T02", "villages", (village, {"certified_total": Decimal(5)}))
    sheet = opened(programme, "T02", carried=accepted(programme, "共和镇", "2023-08", values))
    formulas = marks_at(sheet, "D5")
    assert any("ABS(ROUND($D5-(5)-$C5,6))>0" in formula for formula in formulas)
    assert any("ROUND($D5-(5),6)<0" in formula for formula in formulas)
    assert not any("(5)" in formula for formula in marks_at(sheet, "D6"))


def test_a_rule_holds_only_from_its_month_on(programme: Programme) -> None:
    def counted(period: str) -> int:
        return len(marks_at(opened(programme, "T02", period=Period.parse(period)), "D5"))

    assert counted("2023-12") == counted("2023-09") + 1


def test_a_form_prints_one_page_wide_on_a4_under_its_title(programme: Programme) -> None:
    for unit in ("共和镇", "县水务局"):
        code = programme.unit_named(unit).code
        forms = owed_forms(programme, code, MONTH)
        book = openpyxl.load_workbook(BytesIO(render_workbook(programme, code, MONTH, forms)))
        for sheet in book.worksheets[: len(forms) + 1]:
            assert sheet.page_setup.paperSize == 9
            assert sheet.page_setup.fitToWidth in (1, None)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
        for sheet in book.worksheets[1 : len(forms) + 1]:
            assert sheet.print_title_rows
            assert sheet.print_area
            assert sheet.freeze_panes


def test_the_same_input_gives_the_same_bytes(programme: Programme) -> None:
    assert rendered(programme, "T03") == rendered(programme, "T03")


def test_every_open_cell_has_its_validation_and_prompt(programme: Programme) -> None:
    """Over the registry: whatever is asked for is also explained and limited."""
    for period in (MONTH, Period.parse("2023-Q3")):
        for unit in (programme.unit_named("安乐乡"), programme.unit_named("县水务局")):
            for form in owed_forms(programme, unit.code, period):
                sheet = opened(programme, form.id, unit=unit.name, period=period)
                layout = lay_out_form(programme, form, unit.code, period)
                for table in layout.tables:
                    for column in table.table.columns:
                        address = table.place(0, column.id).address
                        assert sheet[address].protection.locked == column.prefilled
                        if not column.prefilled:
                            assert validation_at(sheet, address).prompt


def test_no_live_check_is_longer_than_excel_takes(programme: Programme) -> None:
    for unit in ("共和镇", "县教育体育局", "县水务局", "县医保局"):
        code = programme.unit_named(unit).code
        for form in owed_forms(programme, code, MONTH):
            carried = accepted(programme, unit, "2023-08", _one_of_each(programme, form, code))
            sheet = opened(programme, form.id, unit=unit, carried=carried)
            for area in sheet.conditional_formatting:
                for rule in area.rules:
                    assert len(rule.formula[0]) <= 255, rule.formula[0]


def _one_of_each(programme: Programme, form: Form, unit: str) -> FormValues:
    """A carried value in every numeric column of the first row of every table."""
    layout = lay_out_form(programme, form, unit, MONTH)
    tables = {
        table.table.id: (
            RowValues(
                table.rows[0].key,
                {
                    column.id: Decimal("1234567.89") if column.is_number else "某某项目"
                    for column in table.table.columns
                    if column.type is not ColumnType.DATE and column.measure is not Measure.FLOW
                },
            ),
        )
        for table in layout.tables
    }
    return FormValues(form.id, tables)
