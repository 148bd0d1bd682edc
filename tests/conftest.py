"""Fixtures every room uses."""

from pathlib import Path

import pytest

from yuebao.programme.load import load_programme
from yuebao.programme.models import Programme

ROOT = Path(__file__).parents[1]
PROGRAMME_FOLDER = ROOT / "targets" / "mouding-2023"


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The first programme, as it stands in targets/."""
    return load_programme(PROGRAMME_FOLDER)
