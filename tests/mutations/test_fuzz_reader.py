"""The fuzz target for a moment, in a process of its own; ``make torture`` runs it for minutes."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = "1"


def test_the_fuzz_target_holds(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, HERE / "fuzz_reader.py", "--seconds", SECONDS, "--seed", "20230925"],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{HERE}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert "'read':" in found.stdout
    assert "'file-damaged':" in found.stdout
    assert list(tmp_path.iterdir()) == []
