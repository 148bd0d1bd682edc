"""systemd itself reads the service units and has nothing to say against them."""

import subprocess
import sys
from pathlib import Path

UNITS = Path(__file__).parents[1] / "deployments" / "systemd"
PROGRAM = "/opt/yuebao/.venv/bin/yuebao"


def complaints(folder: Path, spoilt: str = "") -> str:
    """What ``systemd-analyze verify`` says of the units, their program being this checkout's."""
    here = str(Path(sys.executable).with_name("yuebao"))
    for unit in UNITS.glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        assert PROGRAM in text
        name = unit.name.replace("@.", "@1.")
        text = text.replace(PROGRAM, here).replace("KillMode=mixed", spoilt or "KillMode=mixed")
        (folder / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, folder.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_systemd_has_nothing_to_say_against_them(tmp_path: Path) -> None:
    assert complaints(tmp_path) == ""


def test_it_would_say_so(tmp_path: Path) -> None:
    assert "kill mode" in complaints(tmp_path, spoilt="KillMode=mixd")
