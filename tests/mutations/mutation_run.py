"""Changed files taken through the guarded reader and interpreted: each outcome, told apart."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mutating import mutated
from mutation_seeds import PERIOD, Seed
from plain_cells import PlainSheet, Unclear, plain_sheets
from plain_comparing import disagreements
from plain_observing import Base, unfounded
from plain_untold import untold

from yuebao.programme.models import Programme
from yuebao.readings import SubmissionReading
from yuebao.workbooks.interpret import interpret
from yuebao.workbooks.parse import parse_content
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.read import GuardedReader, InterpreterBroke
from yuebao.workbooks.refusal import LIMITS, Refused

ABOUT: dict[str, Any] = {
    "period": str(PERIOD),
    "sha256": "0" * 64,
    "file_name": "月报.xlsx",
    "arrived_at": datetime(2023, 9, 25, tzinfo=UTC),
}


@dataclass
class Tally:
    """What became of the changed files; ``wrong`` names each that was read, and not rightly."""

    outcomes: Counter[str] = field(default_factory=Counter)
    children: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return sum(self.outcomes.values())

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        return f"{self.files} files, {len(self.children)} reading children: {counts}"


class Mutations:
    """Changes made one after another to the seeds; each is told by its seed and number alone."""

    def __init__(self, programme: Programme, seeds: list[Seed], folder: Path) -> None:
        self._programme = programme
        self._seeds = seeds
        self._path = folder / "月报.xlsx"
        self._raw = {seed.name: parse_content(seed.content, LIMITS) for seed in seeds}
        self._base = {
            seed.name: Base(interpreted(self._raw[seed.name], programme, seed.unit), programme,
                            plain_sheets(seed.content))
            for seed in seeds
        }  # fmt: skip

    def content(self, seed: int, number: int) -> tuple[Seed, str, bytes]:
        """The file, what was done to it, and what it is then."""
        draw = random.Random(seed * 1_000_003 + number)
        whole = self._seeds[number % len(self._seeds)]
        return whole, *mutated(draw, whole.content, whole.kind)

    def run(self, reader: GuardedReader, seed: int, numbers: Iterable[int]) -> Tally:
        """Read each changed file; nothing but a workbook or a refusal may come of it."""
        tally = Tally()
        for number in numbers:
            whole, done, content = self.content(seed, number)
            self._path.write_bytes(content)
            try:
                raw = reader.read(self._path)
            except Refused as refused:
                tally.outcomes[refused.code] += 1
            else:
                outcome, faults = self._judged(reader, whole, content, raw)
                tally.outcomes[outcome] += 1
                where = f"{seed}/{number} {whole.name}, {done}"
                tally.wrong += [f"{where}: {fault}" for fault in faults]
            tally.children.update(reader.process_ids)
        return tally

    def _judged(
        self, reader: GuardedReader, whole: Seed, content: bytes, raw: RawWorkbook
    ) -> tuple[str, list[str]]:
        if raw.sheets == self._raw[whole.name].sheets:
            return "as before", []
        try:
            plain = plain_sheets(content)
        except Unclear as unclear:
            return "wrong", [f"read, but {unclear}"]
        faults = disagreements(raw, plain) or self._misread(reader, whole, plain)
        return "wrong" if faults else "as it stands", faults[:2]

    def _misread(self, reader: GuardedReader, whole: Seed, plain: list[PlainSheet]) -> list[str]:
        """What the reading, made in the child as a collect makes it, invents or leaves out."""
        try:
            reading = reader.interpreted(self._path, self._programme, unit=whole.unit, **ABOUT)
        except (Refused, InterpreterBroke) as broken:
            return [f"read, but not interpreted: {broken!r}"]
        base = self._base[whole.name]
        return unfounded(reading, plain, base) or untold(reading, plain, base)


def interpreted(raw: RawWorkbook, programme: Programme, unit: str) -> SubmissionReading:
    return interpret(raw, programme, unit=unit, **ABOUT)
