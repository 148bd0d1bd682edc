"""What the READMEs say there is: every command, every setting, every column of an export."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from flows.commands.cli import app
from flows.settings import Settings
from sql.exports import EXPORTS

ROOT = Path(__file__).parents[2]
READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")}


def commands() -> dict[str, Any]:
    """Each command by its words, those of groups as two words."""
    found: dict[str, Any] = {}
    for name, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}": c for one, c in inner.items()} if inner else {name: command}
    return found


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str) -> None:
    said = READMES[readme]
    assert [name for name in commands() if f"`yuebao {name}" not in said] == []
    table = "\n".join(line for line in said.splitlines() if line.startswith("| `yuebao"))
    named = set(re.findall(r"`yuebao (plan \w+|rules \w+|\w+)", table))
    assert named <= set(commands())


def test_every_setting_is_in_the_readme() -> None:
    variables = [f"YUEBAO_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in variables if f"`{name}`" not in READMES["README.md"]] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_option_is_in_the_readme(readme: str) -> None:
    lines = [line for line in READMES[readme].splitlines() if line.startswith("| `yuebao")]
    lacking = []
    for name, command in commands().items():
        said = "".join(re.findall(rf"`yuebao {name}\b[^`]*`", "\n".join(lines)))
        options = [[*p.opts, *p.secondary_opts] for p in command.params if "--" in p.opts[0]]
        lacking += [f"{name} {each[0]}" for each in options if not any(o in said for o in each)]
    assert lacking == []


def test_the_columns_of_every_export_stand_in_the_readme_in_their_order() -> None:
    section = READMES["README.md"].split("### Exports")[1].split("\n## ")[0]
    documented = {}
    for bullet in section.split("\n- ")[1:]:
        words = re.sub(r"\([^)]*\)", "", bullet)
        kinds, _, columns = words.partition(":")
        names = [name.strip() for name in columns.partition(";")[0].split(",")]
        documented |= dict.fromkeys(re.findall(r"`([\w-]+)`", kinds), names)
    assert documented == {kind: [c.name for c in columns] for kind, columns in EXPORTS.items()}


def test_the_list_of_commands_is_whole_on_a_narrow_screen() -> None:
    """A Chinese sentence has no blanks to break it at: one that is too long is cut off."""
    short = {name: str(command.help).split("\n\n")[0] for name, command in commands().items()}
    assert [name for name, text in short.items() if len(text.encode("gbk")) > 60] == []
