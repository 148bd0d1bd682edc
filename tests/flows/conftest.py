"""A fresh office home for the tests of a module."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import office as composition


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
