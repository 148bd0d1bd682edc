"""The fuzz target: any bytes end in a workbook or a named refusal, within memory and time.

It runs by itself, ``python fuzz_reader.py --seconds 60 --seed 1``: files that reach lines of the
reader which none before reached are kept and changed further.
"""

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from mutating import mutated
from mutation_seeds import Seed, seeds

from yuebao.programme.load import load_programme
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import LIMITS, Refused

ROOT = Path(__file__).parents[2]
READER = str(ROOT / "yuebao" / "workbooks")
MEMORY_MB = 1024
KEPT = 400


def fuzz_one(content: bytes) -> str:
    """What becomes of a file; any exception but a refusal, of our own code, is a fault."""
    try:
        found = parse_content(content, LIMITS)
    except Refused as refused:
        return refused.code
    except MemoryError:
        return "memory"
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library; the child tells it as such
            return "panic"
        raise
    assert isinstance(found, RawWorkbook)
    return "read"


def survived(content: bytes) -> bool:
    """Whether a process reads it and lives: of a broken .xls the library may ask for too much."""
    child = os.fork()
    if not child:
        os.close(2)
        try:
            parse_content(content, LIMITS)
        finally:
            os._exit(0)
    return os.WIFEXITED(os.waitpid(child, 0)[1])


class Lines:
    """Which lines of the reader were ever reached."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int]] = set()

    def reached_new(self, target: Callable[[], str]) -> tuple[str, bool]:
        """What the target says, and whether it went where none went before."""
        before = len(self.seen)
        sys.settrace(self._entered)
        try:
            outcome = target()
        finally:
            sys.settrace(None)
        return outcome, len(self.seen) > before

    def _entered(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(READER) else None

    def _line(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        self.seen.add((frame.f_code, frame.f_lineno))
        return self._line


def fuzz(whole: list[Seed], seed: int, seconds: float) -> tuple[dict[str, int], int]:
    """Change files for so many seconds of work; outcomes, and how many lines were reached."""
    draw, lines, corpus = random.Random(seed), Lines(), list(whole)
    outcomes: dict[str, int] = {}
    until = time.process_time() + seconds
    while time.process_time() < until:
        chosen = draw.choice(corpus)
        _, content = mutated(draw, chosen.content, chosen.kind)
        if chosen.kind == "xls" and not survived(content):
            outcomes["died"] = outcomes.get("died", 0) + 1  # as a guarded child may
            continue
        try:
            outcome, is_new = lines.reached_new(lambda content=content: fuzz_one(content))
        except BaseException:
            Path(f"fuzz-{seed}.bin").write_bytes(content)
            raise
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if is_new and len(content) < 1 << 20:
            corpus = [*corpus, Seed("found", chosen.kind, content)][-KEPT:]
    return outcomes, len(lines.seen)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB << 20, MEMORY_MB << 20))
    programme = load_programme(ROOT / "targets" / "mouding-2023")
    outcomes, lines = fuzz(seeds(programme), given.seed, given.seconds)
    sys.stdout.write(
        f"seed {given.seed}: {sum(outcomes.values())} files, {lines} lines, {outcomes}\n"
    )


if __name__ == "__main__":
    main()
