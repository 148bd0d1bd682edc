"""The forms of the first programme test themselves: each is whole, owed and free of loose ends."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from yuebao.programme.models import (
    Column,
    ColumnType,
    Condition,
    Form,
    Frequency,
    Measure,
    Operator,
    Programme,
    RowsKind,
    Rule,
    Table,
    Unit,
    UnitLevel,
)

FOLDER = Path(__file__).parents[2] / "targets" / "mouding-2023" / "forms"
STEMS = tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))
EXPECTED = (
    *(f"B{n:02}" for n in range(1, 4)),
    "P01",
    "Q01",
    *(f"T{n:02}" for n in range(1, 16)),
)
COLUMN_FIELDS = (
    "total", "plus", "minus", "part", "of", "columns", "rate", "numerator", "denominator",
    "cumulative", "flow", "column",
)  # fmt: skip
CONDITION_FIELDS = ("when", "then", "met")


def read(stem: str) -> Form:
    return Form.model_validate(yaml.safe_load((FOLDER / f"{stem}.yml").read_text(encoding="utf-8")))


def squeezed(path: tuple[str, ...]) -> str:
    """A header path as a reader sees it: no spaces, one kind of brackets."""
    return "/".join(path).replace(" ", "").replace("(", "（").replace(")", "）")


def spoken_columns(rule: Rule) -> Iterator[str]:
    """Every column a rule names outside its conditions."""
    for name in COLUMN_FIELDS:
        named = getattr(rule, name, ())
        yield from (named,) if isinstance(named, str) else named


def conditions(rule: Rule) -> Iterator[Condition]:
    for name in CONDITION_FIELDS:
        condition = getattr(rule, name, None)
        if condition is not None:
            yield condition


def fits(column: Column, condition: Condition) -> bool:
    """Whether some value of the column can meet the condition."""
    if condition.op in (Operator.FILLED, Operator.BLANK):
        return condition.value is None
    if column.is_number:
        return condition.value is not None and not isinstance(condition.value, str)
    if column.type is ColumnType.YES_NO:
        return condition.value in ("是", "否")
    return column.type is ColumnType.CHOICE and condition.value in column.choices


def rules(form: Form) -> Iterator[tuple[Table, Rule]]:
    for table in form.tables:
        for rule in table.rules:
            yield table, rule


def owes(form: Form, unit: Unit) -> bool:
    return unit.level.value in form.filed_by or unit.name in form.filed_by


def test_the_twenty_forms_are_there():
    assert STEMS == EXPECTED


@pytest.mark.parametrize("stem", STEMS)
def test_id_is_the_files_name(stem: str):
    assert read(stem).id == stem


@pytest.mark.parametrize("stem", STEMS)
def test_ids_are_unique(stem: str):
    form = read(stem)
    groups = [[table.id for table in form.tables]]
    for table in form.tables:
        groups.append([column.id for column in table.columns])
        groups.append([rule.id for rule in table.rules])
        groups.append([key.id for key in table.keys])
    repeated = [name for group in groups for name, times in Counter(group).items() if times > 1]
    assert repeated == []


@pytest.mark.parametrize("stem", STEMS)
def test_no_two_columns_of_a_table_answer_to_the_same_header(stem: str):
    for table in read(stem).tables:
        headers = Counter(squeezed(path) for path in (table.label, *table.label_aliases) if path)
        for column in table.columns:
            headers.update(squeezed(path) for path in (column.path, *column.aliases))
        assert [header for header, times in headers.items() if times > 1] == []


@pytest.mark.parametrize("stem", STEMS)
def test_columns_under_one_parent_stand_side_by_side(stem: str):
    for table in read(stem).tables:
        parents = [column.path[:-1] for column in table.columns if len(column.path) > 1]
        runs = [parent for at, parent in enumerate(parents) if at == 0 or parents[at - 1] != parent]
        tops = [run[0] for at, run in enumerate(runs) if at == 0 or runs[at - 1][0] != run[0]]
        assert len(set(tops)) == len(tops)


@pytest.mark.parametrize("stem", STEMS)
def test_rules_speak_of_columns_and_rows_of_their_table(stem: str):
    for table, rule in rules(read(stem)):
        known = {column.id for column in table.columns}
        named = {*spoken_columns(rule), *(condition.column for condition in conditions(rule))}
        assert named <= known, rule.id
        rows = {*rule.rows, *getattr(rule, "factor_by_row", {})}
        assert rows <= {key.id for key in table.keys}, rule.id


@pytest.mark.parametrize("stem", STEMS)
def test_conditions_fit_their_columns(stem: str):
    for table, rule in rules(read(stem)):
        for condition in conditions(rule):
            assert fits(table.column(condition.column), condition), rule.id


@pytest.mark.parametrize("stem", STEMS)
def test_rows_are_named_one_way(stem: str):
    for table in read(stem).tables:
        names = {column.id: column for column in table.columns}
        assert bool(table.keys) == (table.rows is RowsKind.LISTED)
        assert bool(table.key_columns) == (table.rows is RowsKind.OPEN)
        assert bool(table.label) == (table.rows is not RowsKind.OPEN)
        assert all(names[key].required for key in table.key_columns)


@pytest.mark.parametrize("stem", STEMS)
def test_numbers_say_how_they_move_and_what_they_count(stem: str):
    for table in read(stem).tables:
        for column in table.columns:
            assert bool(column.unit) == column.is_number, column.id
            assert column.is_number or column.measure is Measure.ATTRIBUTE, column.id
            assert bool(column.choices) == (column.type is ColumnType.CHOICE), column.id
            assert column.prompt, column.id


@pytest.mark.parametrize("stem", STEMS)
def test_a_cumulative_beside_its_flow_is_checked_against_it(stem: str):
    for table in read(stem).tables:
        flows = {c.id for c in table.columns if c.measure is Measure.FLOW}
        checked = {rule.flow for rule in table.rules if rule.kind == "cumulative"}
        with_total = {flow for flow in flows if f"{flow}_total" in {c.id for c in table.columns}}
        assert with_total <= checked


def test_only_open_forms_may_be_left_empty_by_a_zero_report():
    for form in map(read, STEMS):
        must_list = any(rule.kind == "must-list" for _, rule in rules(form))
        is_open = any(table.rows is RowsKind.OPEN for table in form.tables)
        assert form.zero_report == (is_open and not must_list), form.id


def test_every_form_is_owed_and_every_reporter_owes_one(programme: Programme):
    reporters = programme.reporters
    for form in programme.forms:
        owing = {unit.name for unit in reporters if owes(form, unit)}
        assert owing - set(form.not_applicable), form.id
        assert set(form.not_applicable) <= owing, form.id
    for frequency in Frequency:
        owing = {u.name for f in programme.forms for u in reporters if owes(f, u)
                 and f.frequency is frequency}  # fmt: skip
        wanted = {u.name for u in reporters
                  if frequency is Frequency.MONTHLY or u.level is UnitLevel.BUREAU}  # fmt: skip
        assert owing == wanted


def test_clauses_of_forms_and_rules_stand_in_the_plan(programme: Programme):
    known = {work.clause for work in programme.works} | {item.clause for item in programme.items}
    for form in programme.forms:
        clauses = {form.clause, *(rule.clause for _, rule in rules(form) if rule.clause)}
        assert {clause for clause in clauses if clause.startswith("二")} <= known, form.id


def test_the_register_holds_the_plans_units(programme: Programme):
    levels = Counter(unit.level for unit in programme.units)
    assert levels == {
        UnitLevel.COUNTY: 1, UnitLevel.TOWNSHIP: 7, UnitLevel.BUREAU: 14, UnitLevel.VILLAGE: 89
    }  # fmt: skip


def test_village_names_are_told_apart_within_a_township(programme: Programme):
    reporting = {
        name
        for unit in programme.units
        if unit.level is not UnitLevel.VILLAGE
        for name in (unit.name, unit.short_name, *unit.aliases)
    }
    for township in programme.townships:
        names = Counter[str]()
        for village in programme.villages(township.code):
            own = {village.name, village.short_name, *village.aliases}
            assert not own & reporting, village.name
            names.update(own)
        assert [name for name, times in names.items() if times > 1] == []


def test_every_lead_unit_leads_an_item(programme: Programme):
    leading = {name for item in programme.items for name in item.lead_units}
    bureaus = {unit.name for unit in programme.reporters if unit.level is UnitLevel.BUREAU}
    assert leading == bureaus
    assert len(programme.items) == 27
