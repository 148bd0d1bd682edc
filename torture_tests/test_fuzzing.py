"""The fuzz target of the reader for minutes, each time from another seed."""

import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "tests" / "mutations" / "fuzz_reader.py"
SEED = os.environ.get("YUEBAO_MUTATION_SEED") or str(random.SystemRandom().randrange(10**6))
SECONDS = os.environ.get("YUEBAO_FUZZ_SECONDS", "180")


def test_the_fuzz_target_holds_for_minutes(tmp_path: Path) -> None:
    found = subprocess.run(  # noqa: S603  # our own target
        [sys.executable, TARGET, "--seconds", SECONDS, "--seed", SEED],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{TARGET.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )
    print("\n" + found.stdout)
    assert found.returncode == 0, found.stderr
    assert list(tmp_path.iterdir()) == []
