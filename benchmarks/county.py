"""The made-up county of the benchmarks: its kept definitions with a register of any size."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from yuebao.programme.load import UNIT_COLUMNS, load_programme
from yuebao.programme.models import Programme

KEPT = Path(__file__).with_name("county")
COUNTY = "990100"
FORM, TABLE = "V01", "villages"
VILLAGES = 30


def make_county(folder: Path, townships: int) -> Programme:
    """The benchmark's programme with so many townships of 30 villages each, made in ``folder``."""
    shutil.copytree(KEPT, folder, dirs_exist_ok=True)
    (folder / "indicators").mkdir(exist_ok=True)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(UNIT_COLUMNS)
        writer.writerow((COUNTY, "基准县", "基准县", "county", "", ""))
        for number in range(townships):
            writer.writerows(_township(number))
    return load_programme(folder)


def _township(number: int) -> list[tuple[str, ...]]:
    code, name = f"{COUNTY}{number:03}", f"第{number + 1:03}乡"
    rows: list[tuple[str, ...]] = [(code, name, name, "township", COUNTY, "")]
    for village in range(VILLAGES):
        called = f"{name}{village + 1:02}村"
        rows.append((f"{code}{village:03}", called, called, "village", code, ""))
    return rows
