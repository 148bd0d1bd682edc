"""Templates for a period, prefilled from the warehouse, one workbook a unit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.office import Office
from tasks.standings import results_of
from tasks.writing import write_whole
from yuebao.programme.models import Unit
from yuebao.reports.figures import item_figures
from yuebao.rules.calendar import due_on
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.template import render_workbook


def write_templates(
    office: Office, period: Period, units: tuple[Unit, ...], out: Path
) -> Iterator[Path]:
    """Each unit's workbook of the period as ``out/<unit>/<unit>_<period>_….xlsx``; yields them.

    A unit that owes nothing for the period gets none.
    """
    programme = office.programme
    carried = office.warehouse.accepted_before(programme, str(period))
    figures = item_figures(programme, results_of(office, period.months[-1]))
    kind = "季度工作落实情况" if period.is_quarter else "重点工作数据表"
    for unit in units:
        forms = owed_forms(programme, unit.code, period)
        if not forms:
            continue
        content = render_workbook(
            programme,
            unit.code,
            period,
            forms,
            carried=carried,
            figures=figures,
            due_on=due_on(programme, period),
        )
        name = f"{unit.name}_{period}_{kind}.xlsx"
        yield write_whole(out / unit.name / name, content)
