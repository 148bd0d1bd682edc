"""The tests' end of the nursery: orders out, outcomes back; homes prepared and compared."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import IO, Any

from office_contents import contents

ROOT = Path(__file__).parents[2]
PERIOD = "2023-06"
_ENOUGH = 8  # kills of one home


class Nursery:
    """A process from which runs are forked; ends with its ``close``."""

    def __init__(self, home: Path) -> None:
        with (home / "nursery.log").open("wb") as log:
            self._process = self._started(home, log)
        assert self._answer() == {"ready": True}

    @staticmethod
    def _started(home: Path, log: IO[bytes]) -> "subprocess.Popen[str]":
        quiet = {name: text for name, text in os.environ.items() if not name.startswith("YUEBAO_")}
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            cwd=ROOT,
            env=quiet
            | {
                "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}",
                "OPENBLAS_NUM_THREADS": "1",
                "YUEBAO_HOME": str(home),
                "YUEBAO_SETTLE_SECONDS": "0",
                "YUEBAO_READERS": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

    def __call__(self, home: Path, work: str = "collect", **order: Any) -> dict[str, Any]:
        """What became of a run on that home."""
        told = {"home": str(home), "work": work, "period": PERIOD, "units": [], **order}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery ended; see nursery.log in its home"
        return json.loads(line)


@dataclass(frozen=True)
class Undisturbed:
    """What a run came to that nothing befell: its state, all there is, how many moments it had."""

    name: str
    contents: dict[str, str]
    moments: int


@dataclass
class Month:
    """The same month collected in one home after another."""

    nursery: Nursery
    inbox: Path
    folder: Path
    order: dict[str, Any]
    homes: int = 0

    def home(self) -> Path:
        """A fresh home with the month in its inbox."""
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        shutil.copytree(self.inbox, home / "inbox")
        return home

    def run(self, home: Path, **order: Any) -> dict[str, Any]:
        return self.nursery(home, **self.order, **order)

    def contents(self, home: Path) -> dict[str, str]:
        return contents(home, f"sqlite:///{home / 'warehouse.db'}")

    def wrongs(self, home: Path, undisturbed: dict[str, str]) -> list[str]:
        """What differs from the undisturbed home, and what verify finds."""
        found = self.contents(home)
        wrong = [f"lost: {name}" for name in undisturbed if name not in found]
        wrong += [f"too many: {name}" for name in found if name not in undisturbed]
        both = (name for name in undisturbed if name in found)
        wrong += [f"changed: {name}" for name in both if found[name] != undisturbed[name]]
        told = self.nursery(home, "verify")
        return wrong + told.get("faults", [f"verify broke off: {told}"])

    def killed_until_it_ends(self, home: Path, dice: Random, moments: int) -> list[str]:
        """Run after run, each killed at a moment of chance, until one comes to its end.

        Or until there were enough. Of ``moments`` an undisturbed run has so many; returns what
        each was about to do.
        """
        killed: list[str] = []
        while len(killed) < _ENOUGH:
            run = self.run(home, die_at=dice.randint(1, moments))
            if not run["killed"]:
                break
            killed.append(run["last"])
        return killed
