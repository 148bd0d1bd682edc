"""A month from a share by the command line, as an office runs it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from yuebao.programme.load import load_programme
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_samples

ROOT = Path(__file__).parents[1]
MONTH = "2023-06"
ACCOUNTS = {"gonghe": "共和镇", "xinqiao": "新桥镇", "panmao": "蟠猫乡"}


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean sample month of every unit."""
    folder = tmp_path_factory.mktemp("samples")
    programme = load_programme(ROOT / "targets" / "mouding-2023")
    profile = load_profile(ROOT / "targets" / "mouding-2023" / "samples", programme)
    month = Period.parse(MONTH)
    write_samples(programme, profile, folder, first=month, last=month, seed=3, faults=False)
    return folder


def content_of(samples: Path, unit: str) -> bytes:
    (path,) = (samples / unit / MONTH).glob("*.xlsx")
    return path.read_bytes()


def spoilt(samples: Path, unit: str, folder: Path) -> bytes:
    """The unit's workbook with one figure that does not add up."""
    path = folder / "spoilt.xlsx"
    path.write_bytes(content_of(samples, unit))
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet.title.startswith("T08"))
    row = next(cell.row for cell in sheet["B"] if str(cell.value).endswith("村民委员会"))
    cell = sheet.cell(row=row, column=3)
    cell.value = int(cell.value) + 1000
    book.save(path)
    return path.read_bytes()


def yuebao(server, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", *words],
        env={
            **os.environ,
            "YUEBAO_HOME": str(home),
            "YUEBAO_INBOX": server.url,
            "YUEBAO_INBOX_PASSWORD": server.password,
            "YUEBAO_SETTLE_SECONDS": "1",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def standings(home: Path) -> dict[str, str]:
    """By unit, the state of its own run, as Prefect has it; of the last run."""
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        rows = database.execute("select name, state_name from task_run order by created").fetchall()
    units = {f"{unit} {MONTH}": unit for unit in ACCOUNTS.values()}
    return {units[name]: state for name, state in rows if name in units}


def test_a_month_is_collected_and_lists_go_back(server, samples: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    server.drop("gonghe", MONTH, "月报.xlsx", content_of(samples, "共和镇"))
    server.drop("xinqiao", MONTH, "月报.xlsx", spoilt(samples, "新桥镇", tmp_path))
    done = yuebao(server, home, "collect", MONTH)
    said = done.stdout + done.stderr
    found = standings(home)
    assert (found["共和镇"], found["蟠猫乡"]) == ("已入库", "未报"), said
    assert found["新桥镇"].startswith("退回"), said
    back = server.folder / "新桥镇" / "回执"
    assert f"新桥镇_{MONTH}_问题清单.xlsx" in [path.name for path in back.iterdir()]
    assert {path.suffix for path in back.iterdir()} <= {".xlsx", ".html"}  # nothing half written
    assert not (server.folder / "共和镇" / "回执" / f"共和镇_{MONTH}_退回.xlsx").exists()
    shown = yuebao(server, home, "settings").stdout
    assert server.url in shown
    everything = said + shown + "".join(told(path) for path in home.rglob("*"))
    assert server.password not in everything


def told(path: Path) -> str:
    return path.read_bytes().decode("latin-1") if path.is_file() else ""


def test_an_inbox_out_of_reach_is_said_and_taken_up_again(
    smb, samples: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    smb.drop("gonghe", MONTH, "月报.xlsx", content_of(samples, "共和镇"))
    smb.kill()
    done = yuebao(smb, home, "collect", MONTH, "--unit", "共和镇")
    assert done.returncode != 0
    assert "收件箱连不上" in done.stdout + done.stderr
    assert standings(home) == {"共和镇": "收件箱连不上"}
    smb.start()
    yuebao(smb, home, "collect", MONTH, "--unit", "共和镇")
    assert standings(home) == {"共和镇": "已入库"}
    shutil.rmtree(home)
