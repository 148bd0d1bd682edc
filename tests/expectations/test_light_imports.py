"""What is put off comes when it is wanted, whole."""

import sys

import pytest

from expectations.light_imports import Later, put_off


def test_a_module_put_off_is_itself_once_something_of_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    put_off("colorsys")
    import colorsys

    assert isinstance(colorsys, Later)
    assert not hasattr(colorsys, "__file__")  # as asked of every module there is
    assert sys.modules["colorsys"] is colorsys
    assert colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    assert not isinstance(sys.modules["colorsys"], Later)
    with pytest.raises(AttributeError):
        _ = colorsys.no_such_thing


def test_one_that_is_there_stays() -> None:
    put_off("sys")
    assert sys.modules["sys"] is sys
