"""Why a file is not read at all, and the limits a file must keep to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class Refused(Exception):  # noqa: N818  # an outcome, not a fault
    """A file that is not read; ``code`` is a line of the catalogue, ``words`` fill its sentence.

    It travels from the reading child to its parent, so it knows nothing but texts.
    """

    def __init__(self, code: str, **words: str) -> None:
        super().__init__(code, words)
        self.code = code
        self.words: Mapping[str, str] = words

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (self.code, dict(self.words))


def _rebuilt(code: str, words: dict[str, str]) -> Refused:
    return Refused(code, **words)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything a workbook may hold; far above any form, far below any harm."""

    file_bytes: int = 20 << 20
    parts: int = 2_000
    part_bytes: int = 64 << 20
    total_bytes: int = 128 << 20
    ratio: int = 400  # only asked of parts above ratio_from
    ratio_from: int = 8 << 20
    sheets: int = 200
    rows: int = 5_000
    columns: int = 300
    cells: int = 1_000_000  # of one sheet's bounding box
    merges: int = 5_000
    styles: int = 65_000


LIMITS = Limits()
