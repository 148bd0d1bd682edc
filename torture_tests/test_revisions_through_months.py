"""A month's figures change after the fact: small, held, agreed to, refused; the month closed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.flow_runs import resume_flow_run
from prefect.settings import PREFECT_API_URL, temporary_settings
from revised_month import (
    FORM,
    MONTH,
    OPERATING,
    TOTAL,
    UNIT,
    codes,
    collect,
    deciding,
    go_on,
    held,
    is_held_and_told,
    operating,
    rebuilt_is_the_same,
    report,
    revise,
    waits_with_its_note,
    yuebao,
)

from flows.commands.verifying import verify
from flows.office import office, settings
from flows.services.server import prefect_api
from tasks.restating import restated_in
from yuebao.programme.load import load_programme
from yuebao.rules.closing import NotClosedError
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import write_corrected

NEXT = "2023-07"
PROGRAMME = Path(__file__).parents[1] / "targets" / "mouding-2023"
Drop = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh home, and a private Prefect server."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YUEBAO_HOME", str(folder))
        environment.setenv("YUEBAO_SETTLE_SECONDS", "0")
        settings.cache_clear()
        office.cache_clear()
        with (
            prefect_api(settings()) as address,
            temporary_settings({PREFECT_API_URL: address}),
        ):
            yield folder
        office().close()
        settings.cache_clear()
        office.cache_clear()


@pytest.fixture(scope="module")
def clean_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Writes the clean sample file of a unit (name) and period."""
    folder, programme = tmp_path_factory.mktemp("samples"), load_programme(PROGRAMME)
    profile = load_profile(PROGRAMME / "samples", programme)

    def write(unit: str, period: str) -> Path:
        code = programme.unit_named(unit).code
        month = Period.parse(period)
        return write_corrected(programme, profile, folder, code, month, seed=3).path

    return write


@pytest.fixture(scope="module")
def drop(clean_file: Callable[[str, str], Path], home: Path) -> Drop:
    """Puts the unit's clean workbook into its folder of the inbox, in place of an older one."""

    def put(unit: str, period: str) -> Path:
        source = clean_file(unit, period)
        target = home / "inbox" / unit / period / source.name
        shutil.copy2(source, target)
        return target

    return put


@pytest.fixture(scope="module", autouse=True)
def reported(home: Path, clean_file: Callable[[str, str], Path]) -> None:
    """June and July are in and aggregated: their cut-off is long past."""
    for period in (MONTH, NEXT):
        report(home, period, clean_file(UNIT, period).read_bytes())


def test_a_small_change_is_loaded_and_noted(home: Path, drop: Drop) -> None:
    before = operating()
    revise(drop(UNIT, MONTH), OPERATING, "0.9", villages=1)
    assert collect() == ("COMPLETED", "已入库 1")
    assert operating() < before
    assert held() == []
    (note,) = (home / "outputs" / MONTH / "修订").glob("*_第2版.md")
    text = note.read_text("utf-8")
    assert "改动不大，已直接入库" in text
    assert "改动的数（1 处）" in text


def test_a_large_change_waits_and_what_counted_stands(drop: Drop) -> None:
    before = operating()
    revise(drop(UNIT, MONTH), OPERATING, "0.5")
    assert collect() == ("COMPLETED", "待批准 1")
    is_held_and_told(3, before)


def test_no_needs_a_reason_and_tells_the_unit(home: Path) -> None:
    before = operating()
    answer = ("decide", MONTH, "--unit", UNIT, "--decision", "不同意")
    assert "请写明原因" in yuebao(*answer)
    assert "不同意" in yuebao(*answer, "--remark", "与台账不符", "--name", "李某")
    assert operating() == before
    assert held() == []
    assert "revision-declined" in codes()
    assert "与台账不符" in yuebao("issues", MONTH, "--unit", UNIT)
    assert (home / "inbox" / UNIT / "回执" / f"{UNIT}_{MONTH}_退回.xlsx").is_file()
    (answered,) = office().warehouse.answers(office().programme.id, MONTH)
    assert (answered.forms, answered.answer, answered.name) == ((FORM,), "不同意", "李某")


@pytest.fixture
def start() -> Iterator[Callable[[], FlowRun]]:
    with deciding() as run:
        yield run


def test_yes_in_the_ui_loads_it_and_the_later_month_hears_of_it(
    home: Path, drop: Drop, start: Callable[[], FlowRun]
) -> None:
    programme = office().programme
    code = programme.unit_named(UNIT).code
    path = drop(UNIT, MONTH)
    revise(path, TOTAL, "1.5")
    revise(path, OPERATING, "1.5")
    assert collect() == ("COMPLETED", "待批准 1")
    computed = office().warehouse.computed_at(programme.id, [MONTH, NEXT])
    before = operating()
    assert restated_in(office(), code, NEXT) == ()

    run = start()
    note = waits_with_its_note(run)
    assert "变动的指标结果" in note
    assert "以后各期对不上之处（26 处）" in note

    resume_flow_run(run.id, run_input={})
    run = go_on(run)
    assert (run.state.type.value, run.state.name) == ("COMPLETED", "同意")
    assert operating() > before
    assert held() == []
    again = office().warehouse.computed_at(programme.id, [MONTH, NEXT])
    assert all(again[period] > computed[period] for period in (MONTH, NEXT))
    assert len(restated_in(office(), code, NEXT)) == 26
    assert (home / "outputs" / NEXT / "问题清单" / f"{UNIT}.xlsx").is_file()


def test_what_comes_for_a_closed_month_waits_unless_it_is_open_again(drop: Drop) -> None:
    assert "已由李某定稿" in yuebao("close", MONTH, "--name", "李某")
    before = operating()
    revise(drop(UNIT, MONTH), OPERATING, "1.49")
    assert collect() == ("COMPLETED", "待批准 1")
    assert {reasons for _, _, reasons in held()} == {("已定稿",)}
    assert "period-closed" in codes()
    assert operating() == before
    with pytest.raises(NotClosedError, match="还有待批准的改动（安乐乡）"):
        yuebao("close", MONTH)
    with pytest.raises(NotClosedError, match="已经过去"):
        yuebao("reopen", MONTH, "--reason", "漏报", "--until", "2023-08-01")

    words = ("--unit", UNIT, "--form", FORM, "--until", "2999-01-01", "--name", "王某")
    said = yuebao("reopen", MONTH, "--reason", "漏报一村", *words)
    assert f"{UNIT} {FORM}已重开" in said
    shown = yuebao("status", MONTH)
    assert "已定稿：李某" in shown
    assert f"重开到 2999-01-01：{UNIT} {FORM}（漏报一村；王某" in shown


def test_a_rebuild_says_the_same(tmp_path: Path) -> None:
    assert verify(office(), cells=False).faults == ()
    rebuilt_is_the_same(tmp_path)
