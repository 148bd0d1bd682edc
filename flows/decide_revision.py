"""Have a person say yes or no to a held version: at once, or with its note of impact in view."""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow, suspend_flow_run
from prefect.client.schemas import State
from prefect.input import RunInput
from prefect.states import Cancelled, Failed
from pydantic import Field

from flows.office import office
from flows.runs.asking import ask
from flows.runs.choices import ALL_FORMS, FormChoice, PeriodChoice, UnitName, form_id, parameter
from flows.runs.this_run import add_tags, asked_by, this_run
from flows.runs.waiting import waits_elsewhere
from flows.steps.collecting_units import RUNNER
from flows.steps.deciding import decide_held
from tasks.answering import Question, waiting
from tasks.office import Office
from tasks.revision_notes import note_of
from yuebao.revisions import Answer, NotDecidedError

Decision = Literal["看了再定", "同意", "不同意"]
Reason = Literal["请核对后再报", "已定稿，不再改动", "与佐证材料不符", "见备注"]
_LATER = "看了再定"
_SEE_REMARK = "见备注"


class AnswerInput(RunInput):
    """What the one who decides chooses; nothing need be typed."""

    decision: Literal["同意", "不同意"] = Field(
        default="同意", title="决定", description="同意即入库并重新汇总；不同意则退回，原数不变"
    )
    reason: Reason = Field(
        default="请核对后再报", title="不同意的原因", description="不同意时告诉报送单位"
    )
    remark: str = Field(default="", title="备注", description="可不填")
    by: str = Field(default="", title="经办人", description="可不填")


@flow(name="decide-revision", flow_run_name="批准改动 {period} {unit}", task_runner=RUNNER)
def decide_revision(
    period: PeriodChoice = parameter("期别", "哪个月，或哪个季度"),
    unit: UnitName = parameter("单位", "哪个单位的改动"),
    form: FormChoice = parameter("表", "只决定这张表；不选为待批准的全部", default=ALL_FORMS),
    decision: Decision = parameter(
        "决定", "看了再定：运行暂停，先看修订说明，再点“恢复”作决定", default=_LATER
    ),
    reason: Reason = parameter("不同意的原因", "告诉报送单位", default="请核对后再报"),
    remark: str = parameter("备注", "可不填", default=""),
    by: str = parameter("经办人", "可不填", default=""),
) -> State[Any]:
    """Load a held version, or return it with the reason; months and quarters it touches follow."""
    here = office()
    asked = ask(here, period, (unit,), form=form_id(form))
    add_tags(asked.period, unit)
    question = Question(asked.period, asked.units[0].code, asked.form)
    given = AnswerInput(decision="同意", reason=reason, remark=remark, by=by)
    if decision == _LATER:
        if waits_elsewhere("decide-revision", this_run().name):
            return Cancelled(name="已在等待", message=f"{unit} {period} 已有一个运行在等待决定。")
        try:
            given = _asked_for(here, question)
        except NotDecidedError as error:
            return Failed(name="没有决定", message=str(error))
    else:
        given = given.model_copy(update={"decision": decision})
    return decide_held(
        here,
        asked,
        question,
        Answer(given.decision),
        name=asked_by(given.by),
        remark=_words(given),
    )


def _asked_for(here: Office, question: Question) -> AnswerInput:
    """The answer a person gives in the UI, with the notes of impact before them."""
    held = waiting(here, question)
    shown = AnswerInput.with_initial_data(description=note_of(held))
    # named after the versions shown: if others come meanwhile, the form is shown anew
    versions = "-".join(f"{one.form}-{one.version}" for one in held)
    return suspend_flow_run(wait_for_input=shown, key=f"answer-{versions}".lower())


def _words(given: AnswerInput) -> str:
    if given.decision == "同意":
        return given.remark
    if given.reason == _SEE_REMARK:
        return given.remark
    return f"{given.reason}（{given.remark}）" if given.remark.strip() else given.reason
