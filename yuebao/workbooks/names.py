"""Names in cells → codes: the villages of a unit and the county's townships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yuebao.programme.models import Programme, Unit, UnitLevel
from yuebao.workbooks.labels import normalised, village_stem

_AMBIGUOUS = ""


@dataclass(frozen=True, slots=True)
class _Places:
    """The townships and the county: as they may be written, officially, and as a choice."""

    written: Mapping[str, str]
    official: Mapping[str, str]
    choices: str


@dataclass(frozen=True, slots=True)
class Names:
    """How villages and townships may be written in one unit's submission."""

    unit: Unit
    villages: tuple[Unit, ...]
    _exact: Mapping[str, str]
    _stems: Mapping[str, str]
    _official: Mapping[str, str]
    _places: _Places

    def village(self, text: str) -> str:
        """The code of the village a text names; "" for none, or more than one."""
        return self._exact.get(normalised(text)) or self._stems.get(village_stem(text), "")

    def name_of(self, code: str) -> str:
        """The official name of a village or township; the code itself for others."""
        return self._official.get(code) or self._places.official.get(code, code)

    def township(self, text: str) -> str:
        """The code of the township (or the county) a text names; "" for none."""
        return self._places.written.get(normalised(text), "")

    @property
    def township_choices(self) -> str:
        """The townships and the county, as they are told to the clerk."""
        return self._places.choices


class _Known:
    """The names by unit, of the programme asked for last."""

    def __init__(self) -> None:
        self._of: tuple[Programme, _Places, dict[str, Names]] | None = None

    def names(self, programme: Programme, unit: Unit) -> Names:
        if self._of is None or self._of[0] is not programme:
            self._of = (programme, _places(programme), {})
        _, places, names = self._of
        if unit.code not in names:
            names[unit.code] = _names(programme, unit, places)
        return names[unit.code]


_known = _Known()


def names_for(programme: Programme, unit: Unit) -> Names:
    """The names a unit may use: its own villages; for a bureau, any of the county's."""
    return _known.names(programme, unit)


def _places(programme: Programme) -> _Places:
    places = (*programme.townships, programme.unit(programme.county))
    return _Places(
        written=_unique((normalised(name), u.code) for u in places for name in _spellings(u)),
        official={place.code: place.name for place in places},
        choices="、".join(place.name for place in places),
    )


def _names(programme: Programme, unit: Unit, places: _Places) -> Names:
    villages = programme.villages(unit.code) or tuple(
        village for village in programme.units if village.level is UnitLevel.VILLAGE
    )
    return Names(
        unit=unit,
        villages=villages,
        _exact=_unique((normalised(name), v.code) for v in villages for name in _spellings(v)),
        _stems=_unique((village_stem(name), v.code) for v in villages for name in _spellings(v)),
        _official={village.code: village.name for village in villages},
        _places=places,
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
