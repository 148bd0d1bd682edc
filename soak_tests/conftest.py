"""An office of several processes on a real PostgreSQL; the desk is that of tests/up."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import psycopg
import pytest

DESK = Path(__file__).parents[1] / "tests" / "up" / "conftest.py"


def _tests_up() -> Any:
    spec = spec_from_file_location("yuebao_tests_up", DESK)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_UP = _tests_up()


@pytest.fixture(scope="session", name="wait_for")
def waiting() -> Callable[..., Any]:
    return _UP.wait_for


@pytest.fixture(scope="module")
def make_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    def make(**given: Any) -> Any:
        return _UP.Desk(tmp_path_factory.mktemp("office"), **given)

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], str]]:
    """The address of a fresh database of a PostgreSQL server of this session alone.

    Debian's: Prefect needs the pg_trgm extension, which the one from pip lacks.
    """
    (*_, programs) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="yuebao-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    listen = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=200"
    data = ("-D", str(folder / "data"))
    _as_postgres(programs / "initdb", *data, "-A", "trust", "-U", "postgres")
    _as_postgres(programs / "pg_ctl", *data, "-w", "-l", folder / "log", "-o", listen, "start")
    address = f"postgresql://postgres@/postgres?host={folder}"

    def create(name: str) -> str:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return address.replace("/postgres?", f"/{name}?")

    try:
        yield create
    finally:
        _as_postgres(programs / "pg_ctl", *data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(*words: str | Path) -> None:
    """PostgreSQL's programs refuse to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*prefix, *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
