"""Names in cells → codes: the villages of a unit and the county's townships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yuebao.programme.models import Programme, Unit, UnitLevel
from yuebao.workbooks.labels import normalised, village_stem

_AMBIGUOUS = ""


@dataclass(frozen=True, slots=True)
class Names:
    """How villages and townships may be written in one unit's submission."""

    unit: Unit
    villages: tuple[Unit, ...]
    _exact: Mapping[str, str]
    _stems: Mapping[str, str]
    _townships: Mapping[str, str]
    _official: Mapping[str, str]
    township_choices: str

    def village(self, text: str) -> str:
        """The code of the village a text names; "" for none, or more than one."""
        return self._exact.get(normalised(text)) or self._stems.get(village_stem(text), "")

    def name_of(self, code: str) -> str:
        """The official name of a village or township; the code itself for others."""
        return self._official.get(code, code)

    def township(self, text: str) -> str:
        """The code of the township (or the county) a text names; "" for none."""
        return self._townships.get(normalised(text), "")


class _Known:
    """The names by unit, of the programme asked for last."""

    def __init__(self) -> None:
        self._of: tuple[Programme | None, dict[str, Names]] = (None, {})

    def names(self, programme: Programme, unit: Unit) -> Names:
        known, names = self._of
        if known is not programme:
            names = {}
            self._of = (programme, names)
        if unit.code not in names:
            names[unit.code] = _names(programme, unit)
        return names[unit.code]


_known = _Known()


def names_for(programme: Programme, unit: Unit) -> Names:
    """The names a unit may use: its own villages; for a bureau, any of the county's."""
    return _known.names(programme, unit)


def _names(programme: Programme, unit: Unit) -> Names:
    villages = programme.villages(unit.code) or tuple(
        village for village in programme.units if village.level is UnitLevel.VILLAGE
    )
    places = (*programme.townships, programme.unit(programme.county))
    return Names(
        unit=unit,
        villages=villages,
        _exact=_unique((normalised(name), v.code) for v in villages for name in _spellings(v)),
        _stems=_unique((village_stem(name), v.code) for v in villages for name in _spellings(v)),
        _townships=_unique((normalised(name), u.code) for u in places for name in _spellings(u)),
        _official={place.code: place.name for place in (*villages, *places)},
        township_choices="、".join(place.name for place in places),
    )


def _spellings(unit: Unit) -> tuple[str, ...]:
    return (unit.name, unit.short_name, unit.code, *unit.aliases)


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that mean one unit only; those that mean several mean none."""
    found: dict[str, str] = {}
    for name, code in pairs:
        known = found.setdefault(name, code)
        if known != code:
            found[name] = _AMBIGUOUS
    return found
