"""Prefect's own database: SQLite in the home folder, or PostgreSQL by setting."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flows.services.server import ServerError
from flows.settings import Settings, without_password

_CONNECT_SECONDS = 10
_TRIGRAMS = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"  # Prefect needs it


def database_of(settings: Settings) -> str:
    """Its URL as Prefect wants it, driver included."""
    chosen = settings.prefect_database_url.get_secret_value()
    if not chosen:
        return f"sqlite+aiosqlite:///{_file(settings)}"
    parts = urlsplit(_checked(chosen))
    query = [
        ("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)
    ]
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg", query=urlencode(query)))


def check_database(settings: Settings) -> None:
    """ServerError, in words and without the password, if it cannot be reached."""
    chosen = settings.prefect_database_url.get_secret_value()
    if chosen:
        _check_postgresql(_checked(chosen))
    else:
        _check_file(_file(settings))


def _file(settings: Settings) -> Path:
    return settings.prefect_home / "prefect.db"


def _checked(url: str) -> str:
    if urlsplit(url).scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise ServerError(
            "YUEBAO_PREFECT_DATABASE_URL 应为 postgresql://用户:密码@主机/库名；"
            "不设则用 home 里的 SQLite。"
        )
    return url


def _check_postgresql(url: str) -> None:
    import psycopg

    parts = urlsplit(url)
    query = [
        ("sslmode" if name == "ssl" else name, value) for name, value in parse_qsl(parts.query)
    ]
    address = urlunsplit(parts._replace(scheme="postgresql", query=urlencode(query)))
    try:
        with psycopg.connect(address, connect_timeout=_CONNECT_SECONDS) as connection:
            known = connection.execute(_TRIGRAMS).fetchone()
    except psycopg.Error as error:
        raise ServerError(
            f"连不上 Prefect 的数据库 {without_password(url)}。"
            f"请检查地址、网络和权限，或数据库是否已启动。\n原因：{str(error).strip()}"
        ) from error
    if known is None:
        raise ServerError(
            "Prefect 的数据库缺少 pg_trgm 扩展。请在数据库服务器上安装 PostgreSQL 的 contrib"
            "（Debian 的 postgresql 包已带）。"
        )


def _check_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_CONNECT_SECONDS)
        try:
            connection.execute("BEGIN IMMEDIATE")  # as one who writes
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise ServerError(
            f"Prefect 的数据库 {path} 不能用：{error}。请检查这个文件夹能否写入、文件是否完好。"
        ) from error
