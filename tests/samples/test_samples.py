"""Samples: the same for a seed, complete, coherent; faults change what they say they change."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from math import prod
from pathlib import Path

import openpyxl
import pytest

from yuebao.findings import catalogue
from yuebao.programme.models import (
    AtMost,
    Cumulative,
    Form,
    Frequency,
    Measure,
    Order,
    PartsTotal,
    Programme,
    RowsKind,
    Rule,
    Severity,
    Table,
    TypedRate,
)
from yuebao.readings import RowValues, Value
from yuebao.rules.calendar import on_time_until
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period, periods_between
from yuebao.samples.draw import chance, dealt
from yuebao.samples.profile import ProfileError, SampleProfile, load_profile
from yuebao.samples.write import (
    ANSWER_KEY,
    OTHER_KEY,
    SampleReport,
    sample_periods,
    write_corrected,
    write_samples,
)
from yuebao.samples.year import SampleYear

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "targets" / "mouding-2023" / "samples"
MAY, JUNE, DECEMBER = (Period.parse(text) for text in ("2023-05", "2023-06", "2023-12"))
SEED = 11


@pytest.fixture(scope="module")
def profile(programme: Programme) -> SampleProfile:
    return load_profile(SAMPLES, programme)


@pytest.fixture(scope="module")
def clean_june(
    programme: Programme, profile: SampleProfile, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SampleReport, Path]:
    out = tmp_path_factory.mktemp("clean")
    report = write_samples(programme, profile, out, first=JUNE, last=JUNE, seed=SEED, faults=False)
    return report, out


@pytest.fixture(scope="module")
def faulty_june(
    programme: Programme, profile: SampleProfile, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SampleReport, Path]:
    out = tmp_path_factory.mktemp("faulty")
    report = write_samples(programme, profile, out, first=JUNE, last=JUNE, seed=SEED, faults=True)
    return report, out


def traces(report: SampleReport, out: Path) -> list[tuple[str, str, float]]:
    return [
        (
            str(file.path.relative_to(out)),
            hashlib.sha256(file.path.read_bytes()).hexdigest(),
            file.path.stat().st_mtime,
        )
        for file in report.files
    ]


@pytest.fixture(scope="module")
def year(programme: Programme, profile: SampleProfile) -> SampleYear:
    return SampleYear(programme, profile, SEED)


# --- files ----------------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_files(
    programme: Programme,
    profile: SampleProfile,
    faulty_june: tuple[SampleReport, Path],
    tmp_path: Path,
) -> None:
    again = write_samples(
        programme, profile, tmp_path, first=JUNE, last=JUNE, seed=SEED, faults=True
    )
    assert traces(again, tmp_path) == traces(*faulty_june)


def test_another_seed_gives_other_figures(programme: Programme, profile: SampleProfile) -> None:
    unit = programme.townships[0].code
    one = SampleYear(programme, profile, 1).submission(unit, JUNE)
    other = SampleYear(programme, profile, 2).submission(unit, JUNE)
    assert one != other


def test_every_form_owed_is_in_the_units_file(
    programme: Programme, clean_june: tuple[SampleReport, Path]
) -> None:
    report, _ = clean_june
    filed = {(file.unit, file.period): file.path for file in report.files}
    for period in sample_periods(programme, JUNE, JUNE):
        for unit in programme.reporters:
            owed = owed_forms(programme, unit.code, period)
            if not owed:
                assert (unit.name, str(period)) not in filed
                continue
            book = openpyxl.load_workbook(filed[unit.name, str(period)], read_only=True)
            sheets = {name.split()[0] for name in book.sheetnames}
            book.close()
            assert {form.id for form in owed} <= sheets, unit.name


def test_quarters_follow_their_last_month(programme: Programme) -> None:
    periods = [str(period) for period in sample_periods(programme, MAY, DECEMBER)]
    assert [p for p in periods if "Q" in p] == ["2023-Q2", "2023-Q3", "2023-Q4"]
    assert periods.index("2023-Q2") == periods.index("2023-06") + 1


def test_workbooks_say_that_they_are_samples(clean_june: tuple[SampleReport, Path]) -> None:
    report, _ = clean_june
    for file in report.files[:3]:
        book = openpyxl.load_workbook(file.path)
        said = {row[0].value: row[1].value for row in book["_yuebao"].iter_rows(max_col=2)}
        assert said["sample"] == "是"
        assert all("样例" in book.worksheets[n].cell(1, 1).value for n in (1,))


def test_clean_files_arrive_on_time_but_for_those_named_late(
    programme: Programme, profile: SampleProfile, clean_june: tuple[SampleReport, Path]
) -> None:
    report, _ = clean_june
    late = {
        (file.unit, file.period)
        for file in report.files
        if file.arrived_at.date() > on_time_until(programme, Period.parse(file.period))
    }
    named = {(unit, p) for unit, periods in profile.late.items() for p in periods}
    assert late == {key for key in named if key[1] in {"2023-06", "2023-Q2"}}
    assert late


# --- values ---------------------------------------------------------------------------------


def cell_breaks(table: Table, row: RowValues, before: Mapping[str, Value]) -> Iterator[str]:
    """Blanks, falling cumulatives and moving constants of a row, said plainly."""
    for column in table.columns:
        value, last = row.values.get(column.id), before.get(column.id)
        if column.required and not column.prefilled and value is None:
            yield f"{row.key} {column.id} is blank"
        elif last is not None and column.measure is Measure.CUMULATIVE and value < last:
            yield f"{row.key} {column.id} falls"
        elif last is not None and column.measure is Measure.CONSTANT and value != last:
            yield f"{row.key} {column.id} changes"


def holds(rule: Rule, key: str, v: Mapping[str, Value], before: Mapping[str, Value]) -> bool:
    """Whether a rule of the form holds for a row, worked out afresh from its definition."""
    match rule:
        case PartsTotal():
            return v[rule.total] == sum(v[c] for c in rule.plus) - sum(v[c] for c in rule.minus)
        case AtMost() if rule.part in v:
            factor = rule.factor_by_row.get(key, rule.factor)
            return v[rule.part] <= prod((v[c] for c in rule.of), start=Decimal(1)) * factor
        case Order():
            chain = [v[c] for c in rule.columns if c in v]
            return chain == sorted(chain)
        case Cumulative():
            return v[rule.cumulative] == before.get(rule.cumulative, 0) + v[rule.flow]
        case TypedRate() if v[rule.denominator]:
            rate = v[rule.numerator] / v[rule.denominator] * 100
            return abs(rate - v[rule.rate]) <= Decimal("0.005")
    return True


def row_breaks(
    table: Table, row: RowValues, before: Mapping[str, Value], month: int
) -> Iterator[str]:
    yield from cell_breaks(table, row, before)
    for rule in table.rules:
        concerned = not rule.rows or row.key in rule.rows
        if concerned and rule.from_month <= month and not holds(rule, row.key, row.values, before):
            yield f"{row.key} {rule.id}"


def year_breaks(programme: Programme, year: SampleYear, form: Form) -> list[str]:
    """Everything that does not hold in a form over the whole year, all units."""
    step = 3 if form.frequency is Frequency.QUARTERLY else 1
    months = range(step, 13, step)
    found: list[str] = []
    for unit in programme.reporters:
        last: dict[str, dict[str, Mapping[str, Value]]] = {}
        for month in months:
            period = Period(2023, month, is_quarter=step == 3)
            if form not in owed_forms(programme, unit.code, period):
                break
            values = year.form_values(unit.code, form, period)
            for table in form.tables:
                rows = values.tables[table.id]
                assert len({row.key for row in rows}) == len(rows), f"{unit.name} {form.id}"
                before = last.get(table.id, {})
                for row in rows:
                    breaks = row_breaks(table, row, before.get(row.key, {}), month)
                    found += [f"{unit.name} {month} {said}" for said in breaks]
                last[table.id] = {row.key: row.values for row in rows}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_forms_own_rules_hold_all_year(
    programme: Programme, profile: SampleProfile, seed: int
) -> None:
    year = SampleYear(programme, profile, seed)
    broken = [said for form in programme.forms for said in year_breaks(programme, year, form)]
    assert broken == []


def test_a_form_the_profile_does_not_know_has_coherent_samples_too(programme: Programme) -> None:
    year = SampleYear(programme, SampleProfile(unchanged="无变化"), 1)
    broken = [said for form in programme.forms for said in year_breaks(programme, year, form)]
    assert broken == []


@pytest.mark.parametrize("month", [5, 12])
def test_figures_agree_between_forms(programme: Programme, year: SampleYear, month: int) -> None:
    for unit in programme.reporters:
        forms = year.submission(unit.code, Period(2023, month))
        for check in programme.crosschecks:
            if check.left.form in forms and check.right.form in forms:
                left, right = (
                    sum(
                        row.values.get(column, Decimal(0))
                        for row in forms[side.form].tables[side.table]
                        for column in side.columns
                    )
                    for side in (check.left, check.right)
                )
                assert left == right if check.op == "eq" else left <= right, check.id


def county_sum(programme: Programme, year: SampleYear, form: str, table: str, column: str) -> int:
    units = [u for u in programme.reporters if programme.form(form) in owed(programme, u.code)]
    return sum(
        row.values[column]
        for unit in units
        for row in year.form_values(unit.code, programme.form(form), DECEMBER).tables[table]
    )


def owed(programme: Programme, unit: str) -> tuple[Form, ...]:
    return owed_forms(programme, unit, DECEMBER)


def test_the_county_adds_up_to_the_plans_figures(programme: Programme, year: SampleYear) -> None:

    def county(form: str, table: str, column: str) -> int:
        return county_sum(programme, year, form, table, column)

    assert county("T09", "villages", "natural_villages") == 727
    assert county("T01", "township", "opening") == 826
    # The plan prints 340 + 159 + 23 households and 1204 + 525 + 99 people beside its 600 and 2106.
    assert county("T10", "kinds", "households") == 340 + 159 + 23
    assert county("T10", "kinds", "people") == 1204 + 525 + 99
    assert county("T10", "kinds", "monitored_households") == 14
    assert county("T10", "kinds", "monitored_people") == 40
    assert county("T10", "township", "sites") == 12
    assert county("T12", "kinds", "task") == 16 + 77


def test_rows_of_open_tables_stay_and_new_ones_join(programme: Programme, year: SampleYear) -> None:
    form = programme.form("T04")
    unit = programme.townships[0].code
    rosters = [
        [row.key for row in year.form_values(unit, form, period).tables["projects"]]
        for period in periods_between(Period(2023, 1), DECEMBER)
    ]
    for earlier, later in pairwise(rosters):
        assert later[: len(earlier)] == earlier
    assert len(rosters[-1]) > len(rosters[0])


def texts_of(rows: tuple[RowValues, ...]) -> list[Value]:
    return [row.values["progress"] for row in rows]


def test_quarterly_texts_differ_from_quarter_to_quarter(
    programme: Programme, year: SampleYear
) -> None:
    form = programme.form("Q01")
    table = next(table for table in form.tables if table.rows is RowsKind.ITEMS)
    for unit in programme.reporters:
        if form not in owed_forms(programme, unit.code, Period.parse("2023-Q2")):
            continue
        texts = [
            texts_of(year.form_values(unit.code, form, q).tables[table.id])
            for q in (Period.parse(f"2023-Q{n}") for n in (2, 3, 4))
        ]
        for before, after in pairwise(texts):
            assert not set(before) & set(after)


# --- faults ---------------------------------------------------------------------------------


def test_every_planted_fault_changes_its_file(
    programme: Programme,
    profile: SampleProfile,
    clean_june: tuple[SampleReport, Path],
    faulty_june: tuple[SampleReport, Path],
) -> None:
    clean = {(f.unit, f.period): f.path.read_bytes() for f in clean_june[0].files}
    faulty = {(f.unit, f.period): f.path.read_bytes() for f in faulty_june[0].files}
    planted = {(line.unit, line.period) for line in faulty_june[0].planted}
    assert planted
    for key, content in faulty.items():
        assert (content != clean[key]) is (key in planted), key


def test_the_answer_key_names_every_fault(
    profile: SampleProfile, faulty_june: tuple[SampleReport, Path]
) -> None:
    _, out = faulty_june
    with (out / ANSWER_KEY).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    asked = [
        (fault.unit, fault.period, expected.code, expected.severity.value)
        for fault in profile.faults
        if fault.period in {"2023-06", "2023-Q2"}
        for expected in fault.expect
    ]
    given = [(line["unit"], line["period"], line["code"], line["severity"]) for line in lines]
    assert sorted(given) == sorted(asked)
    assert {line["code"] for line in lines} <= set(catalogue())
    with_cells = [line for line in lines if line["cell"]]
    assert all(line["sheet"] and line["form"] for line in with_cells)


def test_the_faults_cover_the_catalogue(profile: SampleProfile) -> None:
    told_otherwise = {
        "file-too-big",  # 20 MB in a demo help nobody
        "file-unreadable",  # needs a file that kills its reader
        "form-not-owed",
        "county-total",  # of the county, not of a submission
        "older-return",  # needs a return overtaken by a newer version
        "personal-data",  # no personal number stands in the samples
        "revision-held",  # the four of later versions: a sample year is handed in once
        "revision-declined",
        "period-closed",
        "restated",
    }
    planted = {expected.code for fault in profile.faults for expected in fault.expect}
    assert set(catalogue()) - planted == told_otherwise
    assert {s for f in profile.faults for e in f.expect for s in [e.severity]} == set(Severity)


def test_missing_late_and_twice_dropped_files(
    programme: Programme, faulty_june: tuple[SampleReport, Path]
) -> None:
    report, out = faulty_june
    files = {(f.unit, f.period): f for f in report.files}
    outcomes = {line.code: line for line in report.others if line.period == "2023-06"}
    assert (outcomes["missing"].unit, "2023-06") not in files
    late = files[outcomes["late"].unit, "2023-06"]
    dropped_at = datetime.fromtimestamp(late.path.stat().st_mtime, late.arrived_at.tzinfo)
    assert dropped_at.date() > on_time_until(programme, JUNE)
    name = outcomes["same-bytes"].unit
    twice = [f.path for f in report.files if (f.unit, f.period) == (name, "2023-06")]
    assert len(twice) == 2
    assert twice[0].read_bytes() == twice[1].read_bytes()
    assert (out / OTHER_KEY).is_file()


def test_the_corrected_file_is_the_clean_one(
    programme: Programme,
    profile: SampleProfile,
    clean_june: tuple[SampleReport, Path],
    tmp_path: Path,
) -> None:
    unit = programme.townships[0]
    clean = next(f for f in clean_june[0].files if (f.unit, f.period) == (unit.name, "2023-06"))
    corrected = write_corrected(programme, profile, tmp_path, unit.code, JUNE, SEED)
    assert corrected.path.read_bytes() == clean.path.read_bytes()
    assert corrected.path.parent == tmp_path / unit.name / "2023-06"
    assert corrected.path.name != clean.path.name
    assert corrected.arrived_at > clean.arrived_at


def test_a_written_over_cell_leaves_the_rest_of_the_workbook(
    faulty_june: tuple[SampleReport, Path], clean_june: tuple[SampleReport, Path]
) -> None:
    line = next(p for p in faulty_june[0].planted if p.code == "error-cell")
    books = [
        openpyxl.load_workbook(
            io.BytesIO(
                next(
                    f.path.read_bytes()
                    for f in report.files
                    if (f.unit, f.period) == (line.unit, line.period)
                )
            ),
            data_only=True,
        )
        for report, _ in (clean_june, faulty_june)
    ]
    differing = [
        cell.coordinate
        for row in books[0][line.sheet].iter_rows()
        for cell in row
        if cell.value != books[1][line.sheet][cell.coordinate].value
    ]
    assert differing == [line.cell]


# --- the profile ----------------------------------------------------------------------------


def test_a_profile_that_does_not_fit_is_refused_with_every_misfit(
    programme: Programme, tmp_path: Path
) -> None:
    (tmp_path / "profile.yml").write_text(
        "unchanged: 无变化\n"
        "units: {火星镇: {pace: 1}}\n"
        "forms: {T08: {villages: {columns: {totl: {each: 5, shape: zigzag}}}}, T99: {x: {}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "faults.yml").write_text(
        '- {unit: 共和镇, period: "2023-06", form: B01, note: x, edits: [{kind: empty}],'
        " expect: [{code: no-such, severity: error}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProfileError) as refused:
        load_profile(tmp_path, programme)
    for misfit in ("火星镇", "T08.villages.totl", "zigzag", "T99.x", "B01", "no-such"):
        assert misfit in str(refused.value)


def test_dealing_out_is_exact_and_fair() -> None:
    weights = {"a": Decimal(1), "b": Decimal(1), "c": Decimal(5)}
    parts = dealt(Decimal(10), weights, 0)
    assert sum(parts.values()) == 10
    assert parts["c"] == max(parts.values())
    assert dealt(Decimal(3), dict.fromkeys(weights, Decimal(0)), 0) == dict.fromkeys(weights, 0)
    assert sum(dealt(Decimal("7.25"), weights, 2).values()) == Decimal("7.25")
    assert chance(1, "x") == chance(1, "x") != chance(2, "x")
