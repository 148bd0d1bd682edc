"""The schema's revisions: to the newest, back, and whether the tables still say the same."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, ProgrammingError

from sql import roles
from sql.engine import BUSY_SECONDS, Engines, lock_schema
from sql.tables import metadata
from sql.unavailable import WarehouseUnavailableError, unreachable

_ALEMBIC = Lock()  # Alembic keeps what it is at work on in a global
_LACKS_RIGHTS = "42501"
_FOLDER = Path(__file__).with_name("migrations")


def heads() -> tuple[str, ...]:
    """The newest revisions; one, or the history has forked."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def upgrade(engines: Engines) -> None:
    """Bring the schema to the newest revision; nothing to do is nothing done.

    Several processes may do so at once. WarehouseUnavailableError if a newer program made it, or
    the account may not change the schema.
    """
    found = _current(engines)
    if found in heads():
        return
    _refuse_unknown(found)
    try:
        with _ALEMBIC, engines.writing() as connection:
            lock_schema(connection)
            command.upgrade(_config(connection), "head")
            roles.grant(connection)  # tables of later revisions too
    except ProgrammingError as error:
        raise _may_not(engines, error) from error


def grant_roles(engines: Engines) -> roles.Granted:
    """Give the roles their rights on what is there now; they may have been made meanwhile."""
    with engines.writing() as connection:
        lock_schema(connection)
        return roles.grant(connection)


def downgrade(engines: Engines, revision: str = "base") -> None:
    """Take the schema back to a revision; everything, if none is named."""
    with _ALEMBIC, engines.writing() as connection:
        lock_schema(connection)
        command.downgrade(_config(connection), revision)


def drift(engines: Engines) -> list[Any]:
    """What differs between ``sql.tables`` and the database, in Alembic's words; [] if nothing."""
    with engines.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def _current(engines: Engines) -> str | None:
    """The revision the schema is at; None for an empty database."""
    try:
        with engines.reading() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:  # SQLite looks at the file here for the first time
        raise unreachable(engines.name, error, waited=BUSY_SECONDS) from error


def _may_not(engines: Engines, error: ProgrammingError) -> Exception:
    """The error as it is, or for lack of rights the sentence that says who must do it."""
    if getattr(error.orig, "sqlstate", "") != _LACKS_RIGHTS:
        return error
    return WarehouseUnavailableError(
        f"仓库 {engines.name} 的结构要升级，而这个账号没有权限。"
        "请用库的所有者账号运行一次 yuebao migrate，再照常运行。\n"
        "The schema is to be upgraded by its owner: run yuebao migrate once."
    )


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise WarehouseUnavailableError(
            f"仓库的结构（{revision}）比本程序新，请先升级程序。\n"
            "The warehouse was made by a newer version of the program."
        )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
