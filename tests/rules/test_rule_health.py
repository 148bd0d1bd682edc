"""Which rules mostly get explained away, and what merely confirms an earlier explanation."""

from decimal import Decimal

import pytest

from yuebao.programme.models import Severity
from yuebao.rules.explaining import says_same_again
from yuebao.rules.rule_health import RuleHealth, candidates_for_downgrading


def rule(code: str, fired: int, explained: int) -> RuleHealth:
    return RuleHealth(
        "F1", code, "", Severity.WARNING, fired, fired - explained, explained, open=0, units=1
    )


def test_rules_that_mostly_get_explained_away_are_named_the_most_explained_first() -> None:
    rules = [rule("few", 4, 4), rule("edge", 10, 7), rule("under", 100, 69), rule("many", 50, 50)]
    assert [r.code for r in candidates_for_downgrading(rules)] == ["many", "edge"]
    half = candidates_for_downgrading(rules, mostly=Decimal("0.5"), at_least=4)
    assert [r.code for r in half] == ["under", "many", "edge", "few"]


@pytest.mark.parametrize(
    ("text", "same"),
    [("同上次", True), (" 同 上月。", True), ("同上次，另有新增", False), ("", False)],
)
def test_a_mere_confirmation_is_known(text: str, same: bool) -> None:
    assert says_same_again(text) is same
