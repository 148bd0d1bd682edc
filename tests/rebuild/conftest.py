"""A home with a month of faulty samples collected by the real flows, in several runs."""

import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from flows import office as composition
from sql.exports import ExportKind
from sql.records import RerunRecord
from tasks.office import Office
from yuebao.programme.models import Programme
from yuebao.reports.corrections import blank_corrections
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_corrected, write_samples

MONTH = Period.parse("2023-06")
FIRST = (
    "共和镇",
    "新桥镇",
    "江坡镇",
    "蟠猫乡",
    "县教育体育局",
    "县农业农村局",
    "县林草局",  # hands in another unit's workbook
    "县医保局",  # a file with a password
    "县人居办",  # drawn by hand
    "县委组织部",  # the same bytes twice
)
LATE_COMERS = ("戌街乡", "安乐乡", "县水务局")
CORRECTED, REASON = "蟠猫乡", "漏加一人"
EXPLAINED = "江坡镇"  # writes beside each finding of its return, and corrects nothing
EXPORTED: tuple[ExportKind, ...] = (
    "observations",
    "history",
    "issues",
    "monthly",
    "quarterly",
    "explanations",
    "rules-health",
)

OpenOffice = Callable[[Path], AbstractContextManager[Office]]


@contextmanager
def office_in(home: Path) -> Iterator[Office]:
    """The process's office with this home, for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YUEBAO_HOME", str(home))
        environment.setenv("YUEBAO_SETTLE_SECONDS", "0")
        composition.settings.cache_clear()
        composition.office.cache_clear()
        try:
            yield composition.office()
        finally:
            composition.office().close()
            composition.settings.cache_clear()
            composition.office.cache_clear()


@pytest.fixture(scope="session")
def open_office() -> OpenOffice:
    return office_in


@pytest.fixture(scope="session")
def exports() -> Callable[[Office], dict[str, str]]:
    """Everything that can be taken away, as CSV, without the moments things were computed at."""

    def taken(office: Office) -> dict[str, str]:
        from flows.commands.exporting import as_csv

        found = {}
        for kind in EXPORTED:
            columns, rows = office.warehouse.export(office.programme.id, kind)
            kept = [at for at, column in enumerate(columns) if column.name != "computed_at"]
            lines = [[row[at] for at in kept] for row in rows]
            assert lines, kind
            found[kind] = as_csv([columns[at].name for at in kept], lines)
        return found

    return taken


@pytest.fixture(scope="session")
def exported(
    collected: Path, open_office: OpenOffice, exports: Callable[[Office], dict[str, str]]
) -> dict[str, str]:
    """What can be taken away from the collected home."""
    with open_office(collected) as office:
        return exports(office)


@pytest.fixture(scope="session")
def collected(
    tmp_path_factory: pytest.TempPathFactory, prefect_server: str, programme: Programme
) -> Path:
    """First ten units, then three more; one of the ten corrected, one explained, a 更正单.

    Collected once for all processes that test side by side; each works on a copy.
    """
    own = tmp_path_factory.getbasetemp()  # under xdist one a process, below the session's
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "rebuild"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "ready").exists():
            _collect_all(shared / "home", shared / "samples", programme)
            (shared / "ready").touch()
    return shared / "home"


def _collect_all(home: Path, samples: Path, programme: Programme) -> None:
    home.mkdir()
    folder = Path(__file__).parents[2] / "targets" / programme.id / "samples"
    profile = load_profile(folder, programme)
    write_samples(programme, profile, samples, first=MONTH, last=MONTH, seed=1, faults=True)
    with office_in(home) as office:
        _drop_and_collect(samples, home, FIRST, FIRST)
        _drop_and_collect(samples, home, LATE_COMERS, LATE_COMERS)
        code = programme.unit_named(CORRECTED).code
        write_corrected(programme, profile, home / "inbox", unit=code, period=MONTH, seed=1)
        _explain(home, EXPLAINED)
        _hand_in_correction(office, home)
        _drop_and_collect(samples, home, (), (CORRECTED, EXPLAINED))
        office.warehouse.record_reruns(programme.id, [_rerun()])


def _drop_and_collect(
    samples: Path, home: Path, units: Iterable[str], asked: tuple[str, ...]
) -> None:
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    for unit in units:
        source = samples / unit / str(MONTH)
        if source.exists():
            shutil.copytree(source, home / "inbox" / unit / str(MONTH))
    collect_month(str(MONTH), asked, return_state=True)
    assert wait_until_recorded(seconds=30) == 0


def _hand_in_correction(office: Office, home: Path) -> None:
    """A 更正单 in the county's folder: one more drinks the water of the first village."""
    columns, rows = office.warehouse.export(office.programme.id, "observations", str(MONTH))
    names = [column.name for column in columns]
    cells = (dict(zip(names, row, strict=True)) for row in rows)
    sought = (FIRST[0], "T13", "people")
    cell = next(c for c in cells if (c["unit_name"], c["form"], c["column_id"]) == sought)
    place = ("unit_name", "period", "form", "table_id", "row_name", "column_name")
    line = (*(cell[name] for name in place), cell["value"], cell["value"] + 1, REASON, "王某")
    path = home / "inbox" / office.programme.unit(office.programme.county).name / str(MONTH)
    path.mkdir(parents=True)
    book = openpyxl.load_workbook(io.BytesIO(blank_corrections(str(MONTH))))
    for at, content in enumerate((*line, "2023-07-02"), start=1):
        book.worksheets[0].cell(5, at).value = content
    book.save(path / "更正单.xlsx")


def _explain(home: Path, unit: str) -> None:
    """Hand the unit's returned workbook in again, with a word beside each finding."""
    folder = home / "inbox" / unit
    book = openpyxl.load_workbook(folder / "回执" / f"{unit}_{MONTH}_退回.xlsx")
    index = book.worksheets[0]
    for row in range(6, index.max_row + 1):
        index.cell(row, 9).value = f"情况属实（第 {row - 5} 条）"
    book.save(folder / str(MONTH) / "已说明.xlsx")


def _rerun() -> RerunRecord:
    return RerunRecord(
        period=str(MONTH),
        unit="",
        form="",
        mode="全部",
        asked_by="数据组",
        reason="试一试",
        run="试",
        before="",
        after="",
        changed=False,
        ran_at=datetime(2023, 7, 1, tzinfo=UTC),
    )


@pytest.fixture
def copied(collected: Path, tmp_path: Path) -> Path:
    """The home once more, to be spoilt."""
    home = tmp_path / "home"
    shutil.copytree(collected, home, ignore=shutil.ignore_patterns("prefect", "outputs", "inbox"))
    return home
