"""A fresh office home for the tests of a module."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from flows import office as composition
from yuebao.programme.models import Programme
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_corrected


def open_home(home: Path) -> None:
    """Make this the office home of the process, with nothing cached of another."""
    os.environ["YUEBAO_HOME"] = str(home)
    os.environ["YUEBAO_SETTLE_SECONDS"] = "0"
    os.environ["YUEBAO_READERS"] = "1"  # of a few files a time
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


@pytest.fixture(scope="session")
def clean_file(
    tmp_path_factory: pytest.TempPathFactory, programme: Programme
) -> Callable[[str, str], Path]:
    """Writes the clean sample file of a unit (name) and period, once."""
    folder = tmp_path_factory.mktemp("samples")
    profile = load_profile(
        Path(__file__).parents[2] / "targets" / programme.id / "samples", programme
    )

    @cache
    def write(unit: str, period: str) -> Path:
        code = programme.unit_named(unit).code
        month = Period.parse(period)
        return write_corrected(programme, profile, folder, code, month, seed=3).path

    return write


@pytest.fixture(scope="module")
def drop(clean_file: Callable[[str, str], Path], home: Path) -> Callable[[str, str], Path]:
    """Puts the unit's clean workbook into its folder of the inbox, in place of an older one."""

    def put(unit: str, period: str) -> Path:
        source = clean_file(unit, period)
        target = home / "inbox" / unit / period / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        return target

    return put
