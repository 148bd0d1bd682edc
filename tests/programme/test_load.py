"""What the data team sees when a definition is right, and when it is not."""

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from yuebao.programme.load import DefinitionError, load_programme

REAL = Path(__file__).parents[2] / "targets" / "mouding-2023"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real programme, to be broken."""
    return Path(shutil.copytree(REAL, tmp_path / "mouding-2023"))


def edit(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces text that occurs once or more in a file; the line of the first place."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} no longer says {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_programme(folder)
    return str(caught.value).splitlines()


def test_the_programme_is_whole(programme):
    assert len(programme.units) == 111
    assert len(programme.reporters) == 21
    assert len(programme.forms) == 20
    assert len(programme.indicators) == 65
    assert sum(len(programme.villages(unit.code)) for unit in programme.townships) == 89


def test_nothing_of_a_definition_can_be_changed_once_it_is_read(programme):
    models = (programme, programme.calendar, programme.forms[0], programme.indicators[0].target)
    for model in models:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, next(iter(type(model).model_fields)), None)


def test_the_version_follows_what_is_said_not_how_it_is_laid_out(folder):
    version = load_programme(folder).version
    assert load_programme(folder).version == version
    (folder / "forms" / "T08.yml").write_text(
        "# a comment\n" + (folder / "forms" / "T08.yml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    assert load_programme(folder).version == version
    edit(folder, "indicators/W06-1.yml", "87500", "87501")
    assert load_programme(folder).version != version


def test_all_faults_of_all_files_come_in_one_error_with_file_and_line(folder):
    unknown = edit(folder, "forms/T08.yml", "    total_row: true", "    total_rows: true")
    twice = edit(folder, "forms/T14.yml", "frequency: monthly", "frequency: monthly\ntitle: 又一个")
    kind = edit(folder, "indicators/W06-1.yml", "rollup: sum", "rollup: summe")
    number = edit(folder, "indicators/W03-1.yml", 'value: "8000"', "value: 八千")
    level = edit(folder, "units.csv", "共和镇,township,", "共和镇,town,")
    day = edit(folder, "calendar.yml", "month_due_day: 25", "month_due_day: 31")
    edit(folder, "items.yml", "  leaders: [张平礼]\n", "")
    syntax = edit(folder, "crosschecks.yml", "columns: [employed]", "columns: [employed")
    rollups = (
        "'sum', 'net', 'last', 'ratio', 'share_of_units', 'share_of_rows', 'count_rows', "
        "'coverage' 或 'minimum'"
    )
    levels = "'county', 'township', 'bureau' 或 'village'"
    assert faults_of(folder) == [
        f"calendar.yml:{day}: “month_due_day”不能大于 28，现为 31",
        f"crosschecks.yml:{syntax}: YAML 语法错误：did not find expected ',' or ']'",
        f"forms/T08.yml:{unknown}: 不认识的键“total_rows”",
        f"forms/T14.yml:{twice + 1}: 键“title”重复",
        f"indicators/W03-1.yml:{number}: “value”应为数，现为“八千”",
        f"indicators/W06-1.yml:{kind}: “rollup”写成了“summe”，只能是 {rollups}",
        f"items.yml:{first_item(folder)}: 缺少“leaders”",
        f"units.csv:{level}: “level”写成了“town”，只能是 {levels}",
    ]


def first_item(folder: Path) -> int:
    lines = (folder / "items.yml").read_text(encoding="utf-8").splitlines()
    return next(at for at, line in enumerate(lines, start=1) if line.startswith("- id"))


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("forms/T08.yml", "rows: villages", "rows: vilages", "“rows”写成了“vilages”"),
        ("forms/T08.yml", "kind: parts-total", "kind: part-total", "规则种类 kind 写成了"),
        ("forms/T08.yml", "title: 农村", "title: 2023 # 农村", "“title”应为文字"),
        ("forms/T08.yml", 'minimum: "0"', "minimum: 0511", "“0511”会被 YAML 误读"),
        ("forms/T08.yml", "total_row: true", "total_row: yes", "“yes”会被 YAML 误读"),
        ("programme.yml", "year: 2023", "year: 二〇二三", "“year”应为整数，现为“二〇二三”"),
        ("programme.yml", '"2023-05-22"', "2023-02-30", "没有“2023-02-30”这一天"),
        ("units.csv", "code,name,", "kode,name,", "表头应为 code,name,short_name,level"),
        ("units.csv", "532323101,共和镇,", "532323101,共和镇,多,", "应有 6 列，实有 7 列"),
        ("forms/T08.yml", "title: 农村", "title: \x00农村", "YAML 语法错误"),
        ("revisions.yml", "cells: 40", "cell: 40", "不认识的键“cell”"),
        ("revisions.yml", 'total_share: "0.3"', "total_share: 三成", "“total_share”应为数"),
        ("items.yml", "- id", "items:\n- id", "应为列表"),
    ],
)
def test_a_mistake_is_named_where_it_stands(folder, name, old, new, what):
    line = edit(folder, name, old, new)
    expected = 1 if name == "items.yml" or "语法" in what else line
    found = faults_of(folder)
    assert any(fault.startswith(f"{name}:{expected}: ") and what in fault for fault in found), found


def test_one_mistake_makes_one_fault(folder):
    """What refers into a file that cannot be read is not blamed for it."""
    edit(folder, "forms/T08.yml", "    total_row: true", "    total_rows: true")
    assert len(faults_of(folder)) == 1


def test_a_missing_file_is_a_fault(folder):
    (folder / "units.csv").unlink()
    assert faults_of(folder) == ["units.csv:1: 没有这个文件"]


def test_a_folder_that_is_not_there(tmp_path):
    assert "没有这个文件夹" in faults_of(tmp_path / "nowhere")[0]


def test_a_spreadsheet_programs_csv_is_read(folder):
    """Excel writes a byte order mark and CRLF, and leaves empty lines at the end."""
    path = folder / "allocations.csv"
    text = "indicator,unit,value,reason\r\nW06-1,共和镇,25000,按附件2\r\n,,,\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (override,) = load_programme(folder).overrides
    assert (override.indicator, override.unit, str(override.value)) == ("W06-1", "共和镇", "25000")


def test_bytes_that_are_no_text(folder):
    (folder / "allocations.csv").write_bytes(
        "indicator,unit,value,reason\nW06-1,共和镇".encode("gbk")
    )
    assert faults_of(folder) == ["allocations.csv:1: 不是 UTF-8 编码的文本"]
