"""The command line. Commands that only read never import Prefect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from flows.commands.corrections import correct, corrections
from flows.commands.desk import approve, notify, remind
from flows.commands.health import health
from flows.commands.month import aggregate, backfill, collect, reload
from flows.commands.preparation import plan_app, sample, show_settings, template
from flows.commands.provenance import history, trace
from flows.commands.results import bulletin, export, issues, status
from flows.commands.revisions import close, decide, held, reopen
from flows.commands.rules import rules_app
from flows.commands.services import up, worker
from flows.commands.upkeep import backup, migrate, rebuild, restore, verify
from flows.printing import errors
from yuebao.decision import NotDecidableError
from yuebao.programme.load import DefinitionError
from yuebao.revisions import NotDecidedError
from yuebao.rules.closing import NotClosedError
from yuebao.rules.period import PeriodError

# In the order the help lists them.
COMMANDS = (
    (template, sample),
    (collect, reload, backfill),
    (up, worker),
    (status, issues, aggregate, bulletin),
    (remind, notify, approve),
    (correct, corrections, history, trace),
    (held, decide, close, reopen),
    (health, verify, migrate, rebuild, backup, restore),
    (export,),
)

app = typer.Typer(
    help="月报：收报表、审核、入库、汇总、出通报。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(plan_app, name="plan")
app.add_typer(rules_app, name="rules")
app.command("settings")(show_settings)
for group in COMMANDS:
    for command in group:
        app.command()(command)


def main() -> None:
    """Run the command line; what the user can mend is said in a sentence, without a traceback."""
    with plain_errors():
        app()


@contextmanager
def plain_errors() -> Iterator[None]:
    from flows.runs.asking import AskedError
    from flows.services.server import ServerError
    from flows.settings import SettingsError
    from sql.engine import WarehouseUnavailableError
    from tasks.corrections import OpenCorrectionsError

    known = (
        AskedError,
        DefinitionError,
        NotClosedError,
        NotDecidableError,
        NotDecidedError,
        OpenCorrectionsError,
        PeriodError,
        ServerError,
        SettingsError,
        WarehouseUnavailableError,
    )
    try:
        yield
    except known as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
