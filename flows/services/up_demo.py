"""``yuebao up --demo``: a sample month in the inbox of an empty home."""

from __future__ import annotations

from flows.printing import console
from flows.runs.asking import AskedError
from tasks.office import Office
from yuebao.rules.calendar import reportable_periods
from yuebao.samples.profile import load_profile
from yuebao.samples.write import ANSWER_KEY, write_samples

_SEED = 1
_MONTHS = 2  # the faults are spread over them
_MARK = ".sample"


def write_sample_month(here: Office) -> str:
    """Write the programme's first month, with planted faults; the period that is to be collected.

    A home that has the sample already keeps it as it is. AskedError if the inbox holds anything
    else.
    """
    months = reportable_periods(here.programme)
    month, last = months[0], months[:_MONTHS][-1]
    mark = here.root / _MARK
    if mark.exists():
        console.print("收件箱里已有演示用的样例。")
        return str(month)
    if here.inbox_folder.exists() and any(here.inbox_folder.iterdir()):
        raise AskedError(
            f"收件箱 {here.inbox_folder} 里已有文件，演示不会往里放样例。请换一个空的 YUEBAO_HOME。"
        )
    profile = load_profile(here.programme_folder / "samples", here.programme)
    report = write_samples(
        here.programme, profile, here.inbox_folder, first=month, last=last, seed=_SEED, faults=True
    )
    (here.inbox_folder / ANSWER_KEY).replace(here.root / ANSWER_KEY)
    mark.touch()
    console.print(
        f"已把 {month} 的 {len(report.files)} 个样例文件放进收件箱，埋入差错 "
        f"{len(report.planted)} 处，答案在 {here.root / ANSWER_KEY}。",
        markup=False,
        highlight=False,
    )
    return str(month)
