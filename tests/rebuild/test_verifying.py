"""Whatever is changed, lost or left over is named, with its place."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest

from flows.commands.rebuilding import NotRebuiltError, rebuild
from flows.commands.verifying import verify
from flows.office import settings
from tasks.corrections import enter_archived
from yuebao.workbooks.archive import archive_copy

TOWNSHIP, CODE = "新桥镇", "532323102"


def record_of(home, unit=CODE):
    """A unit's arrival record and its archived file."""
    (record,) = sorted((home / "archive" / "arrivals" / "2023-06" / unit).glob("*.json"))
    (file,) = (home / "archive").glob(f"??/{record.stem.rpartition('-')[2]}*")
    return record, file


def found(home, open_office, *, cells=False):
    with open_office(home) as office:
        return verify(office, cells=cells)


def test_an_untouched_home_is_sound_to_the_cell(collected, open_office):
    done = found(collected, open_office, cells=True)
    assert done.faults == ()
    assert done.files > 12
    assert done.submissions > done.files - 2


def test_a_changed_byte_is_found(copied, open_office):
    _, file = record_of(copied)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    ((place, text),) = found(copied, open_office).faults
    assert place == f"{file.parent.name}/{file.name}"
    assert "被改动过" in text


def test_a_lost_file_is_found_from_both_sides(copied, open_office):
    record, file = record_of(copied)
    file.unlink()
    faults = dict(found(copied, open_office, cells=True).faults)
    assert "档案里没有这个文件" in faults[f"arrivals/2023-06/{CODE}/{record.name}"]
    assert "库里有" in faults[f"{TOWNSHIP} 2023-06"]
    assert len(faults) == 2


def test_a_lost_record_is_found_from_both_sides(copied, open_office):
    record, file = record_of(copied)
    record.unlink()
    faults = dict(found(copied, open_office).faults)
    assert "却没有它的到达记录" in faults[f"{file.parent.name}/{file.name}"]
    assert "没有它的到达记录" in faults[f"{TOWNSHIP} 2023-06"]


def test_an_unreadable_record_is_named(copied, open_office):
    record, _ = record_of(copied)
    record.write_text("{", encoding="utf-8")
    faults = found(copied, open_office).faults
    assert (f"arrivals/2023-06/{CODE}/{record.name}", "到达记录读不出来") in faults


def test_a_file_taken_but_not_loaded_is_named(copied, open_office):
    def copying(target):
        target.write(b"x")
        return "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

    now = datetime(2023, 6, 25, tzinfo=UTC)
    archive_copy(
        copying, "新.xlsx", copied / "archive", unit=CODE, period="2023-06", arrived_at=now
    )
    ((place, text),) = found(copied, open_office).faults
    assert place == f"{TOWNSHIP} 2023-06"
    assert "“新.xlsx”已存入档案，没有入库" in text


def test_a_number_changed_in_the_warehouse_is_found_at_its_cell(copied, open_office):
    with closing(sqlite3.connect(copied / "warehouse.db")) as database:
        changed = database.execute(
            "UPDATE core_observation SET value = value + 1 WHERE column_id = 'people' AND "
            "position = 0 AND form_version_id = (SELECT id FROM core_form_version WHERE "
            "is_current AND unit = ? AND form = 'T13')",
            (CODE,),
        )
        assert changed.rowcount == 1
        database.commit()
    ((place, text),) = found(copied, open_office, cells=True).faults
    assert place == f"{TOWNSHIP} 2023-06 T13"
    assert text.startswith("villages 第 1 行 people：库里是 ")


def changed(home, statement, *words):
    """Somebody changes the warehouse by hand; how many rows."""
    with closing(sqlite3.connect(home / "warehouse.db")) as database:
        count = database.execute(statement, words).rowcount
        database.commit()
    return count


def test_cells_taken_out_of_the_warehouse_are_found_each_at_its_place(copied, open_office):
    lost = changed(
        copied,
        "DELETE FROM core_observation WHERE form_version_id = (SELECT id FROM core_form_version "
        "WHERE is_current AND unit = ? AND form = 'T13')",
        CODE,
    )
    of_cells = [
        (place, text)
        for place, text in found(copied, open_office, cells=True).faults
        if "库里没有" in text
    ]
    assert len(of_cells) == lost > 10
    assert {place for place, _ in of_cells} == {f"{TOWNSHIP} 2023-06 T13"}


def test_a_form_that_no_longer_counts_is_found(copied, open_office):
    statement = "UPDATE core_form_version SET is_current = 0 WHERE unit = ? AND form = 'T13'"
    assert changed(copied, statement, CODE) == 1
    ((place, text),) = found(copied, open_office).faults
    assert (place, text) == (f"{TOWNSHIP} 2023-06 T13", "第 1 版已入库，却不计数")


@pytest.mark.parametrize(
    ("statement", "period"),
    [
        ("UPDATE out_monthly__indicator SET value = value + 1000000", "2023-06"),
        ("UPDATE out_quarterly__indicator SET value = value + 1000000", "2023-Q2"),
    ],
)
def test_a_result_changed_in_the_warehouse_is_found_with_both_figures(
    copied, open_office, statement, period
):
    assert changed(copied, f"{statement} WHERE unit = ? AND indicator = 'W01-1'", CODE) == 1
    faults = found(copied, open_office, cells=True).faults
    ((place, text),) = [one for one in faults if period in one[0]]
    assert place == f"{TOWNSHIP} {period} W01-1"
    assert text.startswith("汇总结果库里是 ")
    assert "由库中各格重算是" in text


def test_the_command_says_it_in_chinese_and_fails(copied):
    _, file = record_of(copied)
    file.unlink()
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "flows.commands.cli", "verify", "--quick"],
        capture_output=True,
        text=True,
        env=os.environ | {"YUEBAO_HOME": str(copied), "COLUMNS": "200"},
        check=False,
    )
    assert told.returncode == 1
    assert "档案里没有这个文件" in told.stdout
    assert "共 2 处不对。" in told.stdout
    assert "| prefect" not in told.stderr


def test_a_correction_somebody_edited_or_took_away_is_found(copied, open_office):
    (record,) = (copied / "archive" / "corrections" / "2023-06").glob("*.json")
    honest = record.read_text(encoding="utf-8")
    record.write_text(honest.replace("漏加一人", "另有原因"), encoding="utf-8")
    places = dict(found(copied, open_office).faults)
    assert "被改动过" in places[f"corrections/2023-06/{record.name}"]
    assert [text for text in places.values() if "档案里没有它的记录" in text]
    with open_office(copied), pytest.raises(NotRebuiltError, match="被改动过"):
        rebuild(settings(), datetime.now(UTC), into="", say=print)


def test_a_correction_that_was_not_entered_is_found(copied, open_office):
    with closing(sqlite3.connect(copied / "warehouse.db")) as warehouse:
        warehouse.execute("DELETE FROM core_correction")
        warehouse.commit()
    ((place, text),) = found(copied, open_office).faults
    assert place.startswith("共和镇 2023-06")
    assert "没有入库" in text
    with open_office(copied) as office:
        assert enter_archived(office) == 1
    assert found(copied, open_office).faults == ()
