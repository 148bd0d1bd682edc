"""An earlier month revised: which of the next month's cumulatives no longer go on from it."""

from decimal import Decimal

import pytest

from yuebao.programme.models import Cumulative, Measure, Programme
from yuebao.readings import AcceptedForm, FormValues, RowValues
from yuebao.rules.restated import restated_issues


@pytest.fixture(scope="module")
def place(programme: Programme):
    """A form, a table and a cumulative rule of the real programme, whose flow is never negative."""
    for form in programme.forms:
        for table in form.tables:
            for rule in table.rules:
                if isinstance(rule, Cumulative) and not rule.rows:
                    column, flow = table.column(rule.cumulative), table.column(rule.flow)
                    if column.measure is Measure.CUMULATIVE and flow.minimum is not None:
                        return form, table, rule
    raise AssertionError("no cumulative in the programme")


def accepted(place, period: str, cumulative: int, flow: int, *, previous: bool = True):
    form, table, rule = place
    values = {rule.cumulative: Decimal(cumulative), rule.flow: Decimal(flow)}
    tables = {table.id: (RowValues("532323101", values),)}
    return AcceptedForm(form.id, "532323101", period, FormValues(form.id, tables), previous)


@pytest.mark.parametrize(
    ("earlier", "later", "previous", "expected"),
    [
        ((100, 10), (112, 12), True, []),
        ((105, 15), (112, 12), True, ["上期累计 105 加本期 12 应为 117"]),
        ((120, 30), (112, 12), True, ["上期累计 120 加本期 12 应为 132"]),
        ((120, 30), (112, 12), False, ["累计数比上期的 120 少了"]),
        ((105, 15), (112, 12), False, []),  # a month lies between: nothing to go on from
    ],
)
def test_what_no_longer_goes_on(programme, place, earlier, later, previous, expected) -> None:
    before = accepted(place, "2023-05", *earlier, previous=previous)
    found = restated_issues(programme, before, accepted(place, "2023-06", *later))
    assert [issue.expected for issue in found] == expected
    assert all(
        (issue.code, issue.period, issue.column) == ("restated", "2023-06", place[2].cumulative)
        for issue in found
    )
