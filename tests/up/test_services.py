"""The service units run commands that exist, with options that exist, and carry no secret."""

import configparser
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.cli import app
from flows.settings import Settings

UNITS = Path(__file__).parents[2] / "deployments" / "systemd"


@pytest.fixture(params=sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def unit(request: pytest.FixtureRequest) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment]
    parsed.read_string(request.param.read_text(encoding="utf-8"))
    return parsed


def test_its_command_is_one_of_ours(unit: configparser.ConfigParser) -> None:
    program, command, *options = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/bin/yuebao")
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    for option in options:
        assert not option.startswith("--") or option in shown


def test_it_lets_the_command_stop_its_own_processes(unit: configparser.ConfigParser) -> None:
    assert unit["Service"]["KillMode"] == "mixed"
    assert int(unit["Service"]["TimeoutStopSec"]) > 30 + 20


def test_every_setting_of_the_example_is_a_setting() -> None:
    lines = (UNITS / "yuebao.env.example").read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= {f"YUEBAO_{name.upper()}" for name in Settings.model_fields}
