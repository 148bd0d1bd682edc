"""A real Prefect server for the session, and a fresh office home for a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import office as composition
from flows.server import prefect_api
from flows.settings import Settings


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One private Prefect server; Prefect is imported only once its address is set."""
    home = tmp_path_factory.mktemp("prefect")
    with prefect_api(Settings(home=home)) as address:
        yield address
    os.environ.pop("PREFECT_API_URL", None)


def open_home(home: Path) -> None:
    """Make this the office home of the process, with nothing cached of another."""
    os.environ["YUEBAO_HOME"] = str(home)
    os.environ["YUEBAO_SETTLE_SECONDS"] = "0"
    close_home()


def close_home() -> None:
    """Close the process's office, if one is open."""
    if composition.office.cache_info().currsize:
        composition.office().close()
    composition.office.cache_clear()
    composition.settings.cache_clear()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Iterator[Path]:
    """An empty office home for the tests of one module, which build on each other's state."""
    folder = tmp_path_factory.mktemp("home")
    open_home(folder)
    yield folder
    close_home()
