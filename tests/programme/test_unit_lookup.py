"""Looking up units and villages follows the units the programme has, copies included."""

import pytest

from yuebao.programme.models import Programme


def test_a_copy_with_other_units_looks_up_its_own(programme: Programme) -> None:
    first, second = programme.townships[:2]
    assert programme.unit(first.code) is first
    assert {village.parent for village in programme.villages(second.code)} == {second.code}

    kept = tuple(unit for unit in programme.units if second.code not in (unit.code, unit.parent))
    smaller = programme.model_copy(update={"units": kept})

    assert smaller.villages(first.code) == programme.villages(first.code)
    assert smaller.villages(second.code) == ()
    with pytest.raises(KeyError):
        smaller.unit(second.code)
