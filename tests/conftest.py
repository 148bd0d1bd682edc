"""Fixtures every room uses."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import prefect_api
from flows.settings import Settings
from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme

ROOT = Path(__file__).parents[1]
PROGRAMME_FOLDER = ROOT / "targets" / "mouding-2023"


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The first programme, as it stands in targets/."""
    return load_programme(PROGRAMME_FOLDER)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One private Prefect server for the session's flows, wherever Prefect was imported."""
    home = tmp_path_factory.mktemp("prefect")
    with prefect_api(Settings(home=home)) as address:
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: address}):
            yield address
    os.environ.pop("PREFECT_API_URL", None)
