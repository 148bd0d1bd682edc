"""What a unit writes is text wherever it turns up, and what is secret turns up nowhere."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import lxml.html
import openpyxl
import psycopg
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterName
from prefect.states import Completed
from typer.testing import CliRunner

from flows.commands.cli import app
from flows.commands.exporting import as_csv, as_xlsx
from flows.commands.templating import write_templates
from flows.office import office
from sql.roles import LOADER
from sql.store import Warehouse
from tasks.approval import summary
from tasks.deeds import Done, last_done
from tasks.notify_delivery import deliver
from tasks.notify_due import due_notices
from yuebao.reports.notice import run_notice
from yuebao.rules.period import Period

MONTH = "2023-06"
TEXTS_OF, FAULTS_OF, CLEAN = "县林草局", "戌街乡", "县医保局"
SECRETS = {
    "YUEBAO_INBOX_PASSWORD": "secret-of-the-share",
    "YUEBAO_PREFECT_AUTH": "office:secret-of-the-server",
    "YUEBAO_PREFECT_DATABASE_URL": "postgresql://prefect:secret-of-prefect@db.example/prefect",
    "GROUP_KEY": "secret-of-the-group",
    "MAIL_PASSWORD": "secret-of-the-mail",
}
DATABASE_SECRET = "secret-of-the-warehouse"  # noqa: S105 - made up
CHANNELS = """\
channels:
  县级群: json://127.0.0.1:9/${GROUP_KEY}/
  邮箱: mailto://someone:${MAIL_PASSWORD}@127.0.0.1:9/?smtp=127.0.0.1&from=a@b.example
data_team: [县级群]
everyone: [邮箱]
"""


@pytest.fixture(scope="module")
def hostile() -> ModuleType:
    """The planted texts, and how they are planted."""
    spec = spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", autouse=True)
def secrets(postgresql: str) -> Iterator[tuple[str, ...]]:
    """Every setting that holds a secret, set; the warehouse on PostgreSQL, by a loader's login."""
    with psycopg.connect(postgresql.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE obeyed")
    with Warehouse(postgresql.format(name="obeyed")) as warehouse:
        warehouse.migrate()
    with psycopg.connect(postgresql.format(name="obeyed"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE office LOGIN IN ROLE {LOADER}")
    address = postgresql.format(name="obeyed").replace("postgres:@", f"office:{DATABASE_SECRET}@")
    assert DATABASE_SECRET in address
    os.environ.update(SECRETS, YUEBAO_WAREHOUSE_URL=address, YUEBAO_QUIET_HOURS="")
    yield (
        DATABASE_SECRET,
        *(re.findall(r"secret-of-[a-z-]+", value)[0] for value in SECRETS.values()),
    )
    for name in (*SECRETS, "YUEBAO_WAREHOUSE_URL", "YUEBAO_QUIET_HOURS"):
        del os.environ[name]


@pytest.fixture(scope="module")
def came_out(
    hostile: ModuleType, drop: Callable[[str, str], Path], home: Path, tmp_path_factory
) -> Path:
    """The home after a month in which two units sent hostile files and one a clean one."""
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    (home / "channels.yml").write_text(CHANNELS, encoding="utf-8")
    for unit, plant in ((TEXTS_OF, hostile.plant_texts), (FAULTS_OF, hostile.plant_faults)):
        path = drop(unit, MONTH)
        plant(path, unit, MONTH)
        path.rename(path.with_name(hostile.FILE_NAME))
    drop(CLEAN, MONTH)
    theirs = home / "inbox" / FAULTS_OF
    (theirs / "回执").symlink_to(home / "inbox" / CLEAN)
    (theirs / MONTH / "圈.xlsx").symlink_to(theirs / MONTH / "圈.xlsx")
    (theirs / MONTH / "借.xlsx").symlink_to(drop(CLEAN, MONTH))
    state = collect_month(MONTH, (TEXTS_OF, FAULTS_OF, CLEAN), return_state=True)
    assert wait_until_recorded(seconds=30) == 0
    assert state.name == "已入库 2，退回 1", state.message
    here, now = office(), datetime.now(UTC)
    collected = last_done(here, Done.COLLECTED)
    assert collected is not None
    assert (collected.ok, collected.words) == (True, f"{MONTH} 已入库 2，退回 1")
    deliver(here, due_notices(here, now), now)
    taken_away(home / "outputs" / "导出")
    units = tuple(here.programme.unit_named(unit) for unit in (TEXTS_OF, FAULTS_OF))
    assert len(list(write_templates(here, Period(2023, 7), units, home / "outputs" / "模板"))) == 2
    return home


def taken_away(folder: Path) -> None:
    folder.mkdir(parents=True)
    for kind in ("observations", "issues", "monthly", "quarterly"):
        columns, rows = office().warehouse.export(office().programme.id, kind)
        found = list(rows)
        names = [column.name for column in columns]
        (folder / f"{kind}.csv").write_text(as_csv(names, found), encoding="utf-8")
        (folder / f"{kind}.xlsx").write_bytes(as_xlsx(names, found))


def workbooks(home: Path) -> list[Path]:
    kept = [home / "outputs", *(home / "inbox").glob("*/回执")]
    return [path for folder in kept for path in folder.rglob("*.xlsx")]


def test_in_every_workbook_it_is_text_and_no_formula_or_link(
    came_out: Path, hostile: ModuleType
) -> None:
    seen = 0
    for path in workbooks(came_out):
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if isinstance(cell.value, str) and hostile.MARK in cell.value:
                    seen += 1
                    assert cell.data_type == "s", (path, cell.coordinate)
                    link = cell.hyperlink
                    assert link is None or not link.target, (path, cell.coordinate)
        with zipfile.ZipFile(path) as package:
            assert not [name for name in package.namelist() if "external" in name.lower()]
            for name in package.namelist():
                said = package.read(name).decode("utf-8", "replace")
                if "worksheets/sheet" in name:
                    assert not re.search(r"<f[ >][^<]*(?:ZZ9|evil)", said), (path, name)
                if name.endswith(".rels"):
                    assert 'TargetMode="External"' not in said, (path, name)
    assert seen > 100


def test_in_csv_nothing_begins_as_a_formula(came_out: Path, hostile: ModuleType) -> None:
    seen = []
    for path in (came_out / "outputs" / "导出").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            cells = [cell for line in csv.reader(lines) for cell in line]
        seen += hostile.marked(cells)
        texts = [cell for cell in cells if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        assert not [cell for cell in texts if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)]
    assert len(seen) > 50


def test_pages_have_the_elements_of_their_template_and_no_other(
    came_out: Path, hostile: ModuleType
) -> None:
    kept = [came_out / "outputs", *(came_out / "inbox").glob("*/回执")]
    pages = [page for folder in kept for page in folder.rglob("*.html")]
    assert len([page for page in pages if page.name.startswith("通报_")]) == 2
    quoting = 0
    for page in pages:
        tree = lxml.html.fromstring(page.read_bytes())
        tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not tags & {"script", "img", "iframe", "object", "form", "input", "link", "base"}
        names = {name for element in tree.iter() for name in element.attrib}
        assert not [name for name in names if name.startswith("on")]
        assert all(target.startswith("#") for target in tree.xpath("//@href"))
        quoting += hostile.MARK in tree.text_content()
    assert quoting >= 2, "receipts name the file"


def prefect_texts() -> list[tuple[str, str]]:
    """Every text in Prefect's database, with the column it stands in."""
    found = []
    file = Path(os.environ["PREFECT_HOME"]) / "prefect.db"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in names.fetchall():
            rows = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
            columns = [f"{table}.{column[0]}" for column in rows.description]
            for row in rows:
                found += [
                    (column, value if isinstance(value, str) else value.decode("utf-8", "replace"))
                    for column, value in zip(columns, row, strict=True)
                    if isinstance(value, str | bytes)
                ]
    return found


def test_artifacts_logs_and_states_quote_it_as_text(came_out: Path, hostile: ModuleType) -> None:
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts()
        logs = client.read_logs()
    told = [str(artifact.description) for artifact in artifacts]
    for artifact in artifacts:
        data = artifact.data
        rows = json.loads(data) if isinstance(data, str) and data.startswith("[") else [data]
        cells = (row.values() if isinstance(row, dict) else [row] for row in rows)
        told += [cell for row in cells for cell in row if isinstance(cell, str)]
    quoted = hostile.marked(told)
    assert len(quoted) > 30
    for text in quoted:
        assert not set(text) & set("<>[]|`{}*\\\n\t\u202e"), text
        assert "://" not in text
    for log in logs:
        rest = log.message.splitlines()[1:]
        traceback = "Traceback" in log.message or rest == ["NoneType: None"]  # Prefect's own lines
        assert not rest or traceback, log.message
        assert not hostile.marked([log.message])
    names = ("flow_run.name", "task_run.name", "flow_run.state_name", "flow_run_state.message")
    for column, text in prefect_texts():
        assert not (column in names and hostile.MARK in text), (column, text)


def test_any_table_final_state_or_word_of_a_run_quotes_it_as_text(
    came_out: Path, hostile: ModuleType
) -> None:
    from flows.runs.artifacts import show_table
    from flows.steps.correcting import with_waiting

    @flow
    def quote() -> None:
        show_table("quoted", [{"原值": text} for text in hostile.TEXTS], "表")

    quote()
    with get_client(sync_client=True) as client:
        (table,) = [one for one in client.read_artifacts() if one.key == "quoted"]
    told = [row["原值"] for row in json.loads(str(table.data))]
    assert len(told) == len(hostile.TEXTS)
    for text in hostile.TEXTS:
        told.append(str(with_waiting(Completed(name="完成", message="完"), text).message))
        told.append(run_notice("crash", text, "1", text, "").body.partition("\n\n")[0])
    for text in told:
        assert hostile.MARK in text
        assert not set(text) & set("<>[]|`{}*\\\t\u202e"), text
        assert "://" not in text


def test_what_is_sent_and_shown_quotes_it_as_text(came_out: Path, hostile: ModuleType) -> None:
    waiting = office().warehouse.waiting_notices(office().programme.id, datetime.now(UTC))
    assert waiting
    assert not hostile.marked(queued.notice.body for queued in waiting)
    shown = CliRunner().invoke(app, ["issues", MONTH], env={"COLUMNS": "400"}).output
    lines = hostile.marked(shown.splitlines())
    assert len(lines) > 50
    assert all(line.startswith((f"  {FAULTS_OF} ", f"  {TEXTS_OF} ")) for line in lines)
    assert not set(shown) & set("\x1b\u202e\t")
    assert hostile.MARK not in summary(office(), Period.parse(MONTH), datetime.now(UTC))


def test_it_is_kept_as_it_was_written_and_the_tables_are_all_there(
    came_out: Path, hostile: ModuleType
) -> None:
    columns, rows = office().warehouse.export(office().programme.id, "observations", MONTH)
    place = [column.name for column in columns].index("text_value")
    kept = hostile.marked(row[place] for row in rows)
    assert {f"=1+{hostile.MARK}", f"'; DROP TABLE raw_file; --{hostile.MARK}"} <= set(kept)


def test_no_path_is_made_of_it(came_out: Path, hostile: ModuleType) -> None:
    sent = came_out / "inbox" / FAULTS_OF / MONTH
    paths = [path for path in came_out.rglob("*") if hostile.MARK in path.name]
    assert {path.parent.name for path in paths} == {sent.name}
    assert len(paths) == 2
    assert not [path for path in came_out.parent.iterdir() if hostile.MARK in path.name]


def test_a_units_folder_affects_that_unit_only(came_out: Path) -> None:
    programme, warehouse = office().programme, office().warehouse
    code = programme.unit_named(CLEAN).code
    (record,) = warehouse.submissions(programme.id, MONTH, unit=code)
    assert record.state == "loaded"
    back = came_out / "inbox" / CLEAN / "回执"
    assert {path.name.partition("_")[0] for path in back.iterdir()} <= {CLEAN}
    assert {path.parent for path in (came_out / "inbox" / CLEAN).rglob("*.xlsx")} <= {
        back,
        back.with_name(MONTH),
    }
    other = programme.unit_named(FAULTS_OF).code
    assert len(warehouse.submissions(programme.id, MONTH, unit=other)) == 1, "links are not taken"
    assert "已入库" in states_of(f"{CLEAN} {MONTH}")
    assert any(state.startswith("退回 ") for state in states_of(f"{FAULTS_OF} {MONTH}"))


def states_of(name: str) -> set[str]:
    """The states of the task runs of that name, whoever's in this server they are."""
    named = TaskRunFilter(name=TaskRunFilterName(any_=[name]))
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(task_run_filter=named)
    return {run.state.name for run in runs if run.state and run.state.name}


def test_no_secret_in_prefect_logs_outputs_or_what_is_shown(
    came_out: Path, secrets: tuple[str, ...]
) -> None:
    shown = CliRunner().invoke(app, ["settings"], env={"COLUMNS": "400"}).output
    assert "YUEBAO_WAREHOUSE_URL = postgresql" in shown
    places = {"settings": shown, "prefect": "\n".join(text for _, text in prefect_texts())}
    server = Path(os.environ["PREFECT_HOME"])
    for path in (*came_out.rglob("*"), *server.rglob("*.log")):
        if path.is_file() and "inbox" not in path.parts:
            places[str(path)] = path.read_bytes().decode("utf-8", "replace")
    assert any("outputs" in place for place in places)
    for place, text in places.items():
        assert not [secret for secret in secrets if secret in text], place


def test_a_private_server_listens_to_this_machine_only(came_out: Path) -> None:
    port = urlsplit(os.environ["PREFECT_API_URL"]).port
    assert port is not None
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):  # what listens everywhere answers here too
        socket.create_connection(("127.0.0.2", port), timeout=5).close()


def test_no_secret_in_what_the_warehouse_says_of_itself(secrets: tuple[str, ...]) -> None:
    broken = f"postgresql://me:{DATABASE_SECRET}@127.0.0.1:1/none?sslpassword={DATABASE_SECRET}"
    with Warehouse(broken) as warehouse, pytest.raises(Exception) as raised:  # noqa: PT011
        warehouse.migrate()
    assert DATABASE_SECRET not in f"{raised.value} {warehouse!r}"
