"""Corrections within a run: taken in, shown, and what of them keeps a period from its figures."""

from __future__ import annotations

from prefect.client.schemas import State
from prefect.states import Failed

from flows.runs.artifacts import show_table
from flows.runs.asking import Asked
from flows.runs.records import track
from tasks.correction_sheets import Outcome
from tasks.corrections import WAITING
from tasks.office import Office
from tasks.take_corrections import take_corrections
from yuebao.corrections.sentences import STATE_WORDS, cell_words, standing_words, value_words
from yuebao.reports.inert import inert

_LONGEST = 4000


def take_in_corrections(office: Office, asked: Asked) -> str:
    """Take in the 更正单 of the period; what was not taken, in Chinese, or nothing."""
    taking = take_corrections.submit(office, asked.period, asked.now)
    track([taking])
    taking.wait()
    show_corrections(office, asked.period)
    if not taking.state.is_completed():
        return f"更正单没有收成（{taking.state.message or ''}）"
    refused: tuple[Outcome, ...] = taking.result()
    if not refused:
        return ""
    told = "".join(f"{one.file} 第 {one.line} 行：{one.words}" for one in refused)
    return f"更正单有 {len(refused)} 行未受理，见回执和成果里的办理结果：{told}"


def show_corrections(office: Office, period: str) -> None:
    """Every correction of the period and how it stands, where there are any."""
    programme = office.programme
    rows = [
        {
            "状态": STATE_WORDS[standing.state],
            "哪一格": cell_words(programme, standing.correction.told),
            "原值": value_words(
                programme, standing.correction.told, standing.correction.told.expected
            ),
            "更正为": value_words(
                programme, standing.correction.told, standing.correction.told.value
            ),
            "原因": standing.correction.told.reason,
            "更正人": standing.correction.told.made_by,
            "日期": standing.correction.told.made_on.isoformat(),
            "说明": standing_words(programme, standing),
            "更正号": standing.correction.id,
        }
        for standing in office.warehouse.corrections(programme.id, period)
    ]
    if rows:
        show_table(f"corrections-{period.lower()}", rows, f"{period} 更正登记")


def with_waiting(state: State[object], *troubles: str) -> State[object]:
    """The run's final state; failed where corrections want the data team, and saying which."""
    told = inert("。".join(trouble for trouble in troubles if trouble), _LONGEST)
    if not told or state.is_crashed():
        return state
    return Failed(name=f"{state.name}，{WAITING}", message=f"{state.message}。{told}")
