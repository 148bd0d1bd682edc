"""One nursery and one month for the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kill_nursery import Month, Nursery, Undisturbed
from small_month import UNITS, write_month

from yuebao.programme.models import Programme


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    loaded = Nursery(tmp_path_factory.mktemp("nursery"))
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> Path:
    return write_month(programme, tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery, inbox: Path) -> Month:
    order = {"units": UNITS, "fork_readers": True}
    made = Month(nursery, inbox, tmp_path_factory.mktemp("homes"), order)
    made.warm_up()
    return made


@pytest.fixture(scope="module")
def undisturbed(month: Month) -> Undisturbed:
    """All there is after a run that nothing befell, and how many moments it had."""
    home = month.home()
    ended = month.run(home, fork_readers=False)
    assert month.faults(home) == []
    return Undisturbed(ended["name"], month.contents(home), ended["moments"])
