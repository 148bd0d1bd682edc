"""How corrections stand against what is accepted: applied, or what is in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yuebao.corrections.record import Correction, CorrectionState, Held, Place, in_words


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell of the form version that counts, where a correction looks."""

    position: int
    content: Held


@dataclass(frozen=True, slots=True)
class Found:
    """What a correction finds: the id of the form version that counts, if any, and its cells."""

    version_id: int | None = None
    cells: tuple[FoundCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A correction's state; ``version_id`` and ``position`` bind it to the cell it changes."""

    state: CorrectionState
    found: str = ""
    version_id: int | None = None
    position: int | None = None


NOTHING = Found()


def standings(
    corrections: Sequence[Correction], found: Mapping[str, Found]
) -> Mapping[str, Standing]:
    """How each correction stands, by id; ``found`` by id, nothing for those not in it.

    Of two that want one cell neither is applied.
    """
    withdrawals = [one for one in corrections if one.told.withdraws]
    live = [
        one for one in corrections if not one.told.withdraws and not _is_withdrawn(one, withdrawals)
    ]
    wanted = Counter(one.told.place for one in live)
    return {one.id: _standing(one, live, wanted, found.get(one.id, NOTHING)) for one in corrections}


def _is_withdrawn(one: Correction, withdrawals: Iterable[Correction]) -> bool:
    return any(one.is_taken_back_by(other) for other in withdrawals)


def _standing(
    one: Correction, live: Sequence[Correction], wanted: Mapping[Place, int], found: Found
) -> Standing:
    if one.told.withdraws:
        return Standing(CorrectionState.WITHDRAWAL)
    if one not in live:
        return Standing(CorrectionState.WITHDRAWN)
    if wanted[one.told.place] > 1:
        return Standing(CorrectionState.TWICE)
    return _against(one, found)


def _against(one: Correction, found: Found) -> Standing:
    if found.version_id is None:
        return Standing(CorrectionState.IDLE)
    if not found.cells:
        return Standing(CorrectionState.ABSENT)
    if len(found.cells) > 1:
        return Standing(CorrectionState.REPEATED)
    (cell,) = found.cells
    if cell.content != one.told.expected:
        return Standing(CorrectionState.DIFFERS, in_words(cell.content))
    words = in_words(cell.content)
    return Standing(CorrectionState.APPLIED, words, found.version_id, cell.position)
