"""The note of impact quotes what a unit sent as text: no row, mark or link comes of it."""

import pytest

from yuebao.programme.models import Programme
from yuebao.reports.impact_note import Impact, impact_note
from yuebao.rules.holding import Stage
from yuebao.rules.revision import ValueChange

TEXTS = (
    "| a | b |\n|---|---|",
    "<img src=x onerror=alert(1)>",
    "[看](http://evil.example)",
    "{{ 7 * 7 }}",
    "\n# 已批准\n",
    "`rm`",
)


def impact(text: str) -> Impact:
    """A project of that name in place of another, in a file of that name."""
    return Impact(
        unit="532323203",
        period="2023-09",
        form="T03",
        file_name=text,
        stage=Stage.AGGREGATED,
        changes=(ValueChange("projects", f"{text}|村", "project", text, f"{text}2", "B5"),),
        later=(f"“{text}”与上期对不上。",),
    )


@pytest.mark.parametrize("text", TEXTS)
def test_the_note_has_the_shape_it_has_for_plain_text(text: str, programme: Programme) -> None:
    plain = impact_note(programme, impact("一号棚"), ["改动较大"])
    note = impact_note(programme, impact(text), ["改动较大"])
    assert [line.count("|") for line in note.splitlines()] == [
        line.count("|") for line in plain.splitlines()
    ]
    assert not set(note) & set("<>[]{}`")
    assert "://" not in note
