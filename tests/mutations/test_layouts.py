"""Forms laid out otherwise than they were sent: no figure is lost without a word, none made up."""

from layout_run import filled_forms, run

from yuebao.programme.models import Programme

SEED, CHANGED = 20230925, 400


def test_whatever_becomes_of_the_layout_each_figure_is_taken_or_told(programme: Programme) -> None:
    outcomes = run(filled_forms(programme), SEED, range(CHANGED))
    assert outcomes.wrong == []
    assert outcomes.counts["loaded"] > CHANGED // 20
    assert outcomes.counts["returned"] > CHANGED // 20
