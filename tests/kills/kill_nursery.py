"""The tests' end of the nursery: orders out, outcomes back; homes prepared and compared."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from office_contents import contents

ROOT = Path(__file__).parents[2]
PERIOD = "2023-06"


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


@dataclass(frozen=True)
class Killed:
    """What each killed run was about to do, and what the one that ended came to."""

    before: tuple[str, ...]
    name: str


@dataclass
class Month:
    """The same month collected in one home after another."""

    nursery: Nursery
    inbox: Path
    folder: Path
    order: dict[str, Any]
    homes: int = 0
    warehouse: Path | None = None

    def warm_up(self) -> None:
        """From now on homes begin with a warehouse that knows the programme, and nothing else."""
        home = self.home()
        assert self.run(home, work="open")["opened"]
        self.warehouse = home / "warehouse.db"

    def home(self) -> Path:
        """A home with the month in its inbox."""
        home = self.bare_home()
        if self.warehouse is not None:
            shutil.copyfile(self.warehouse, home / "warehouse.db")
        return home

    def bare_home(self) -> Path:
        """The same without any warehouse."""
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        shutil.copytree(self.inbox, home / "inbox")
        return home

    def run(self, home: Path, **order: Any) -> dict[str, Any]:
        return self.nursery(home, **{"url": self.url(home), **self.order, **order})

    def url(self, home: Path) -> str:
        """Where the home's warehouse is."""
        return f"sqlite:///{home / 'warehouse.db'}"

    def contents(self, home: Path) -> dict[str, str]:
        return contents(home, self.url(home))

    def faults(self, home: Path) -> list[str]:
        """What verify finds."""
        told = self.nursery(home, **self.order | {"work": "verify", "url": self.url(home)})
        return told.get("faults", [f"verify broke off: {told}"])

    def wrongs(self, home: Path, undisturbed: dict[str, str]) -> list[str]:
        """What differs from the undisturbed home, which verify is content with."""
        found = self.contents(home)
        wrong = [f"lost: {name}" for name in undisturbed if name not in found]
        wrong += [f"too many: {name}" for name in found if name not in undisturbed]
        both = (name for name in undisturbed if name in found)
        return wrong + [f"changed: {name}" for name in both if found[name] != undisturbed[name]]

    def killed_until_it_ends(self, home: Path, moments: Iterable[int]) -> Killed:
        """Run after run, each killed at the next of the moments, until one comes to its end."""
        killed: list[str] = []
        for moment in moments:
            run = self.run(home, die_at=moment, fork_readers=True)
            if not run["killed"]:
                return Killed(tuple(killed), run.get("name", str(run)))
            killed.append(run["last"])
        return Killed(tuple(killed), self.run(home, fork_readers=True)["name"])
