"""Where the inbox is, as the settings have it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.office import open_inbox
from flows.settings import Settings
from yuebao.workbooks.inbox import InboxUnreachable
from yuebao.workbooks.local_inbox import LocalInbox


def settings(monkeypatch: pytest.MonkeyPatch, home: Path, **others: str) -> Settings:
    for name in ("INBOX", "INBOX_PASSWORD", "INBOX_KEY"):
        monkeypatch.delenv(f"YUEBAO_{name}", raising=False)
    for name, value in {"home": str(home), **others}.items():
        monkeypatch.setenv(f"YUEBAO_{name.upper()}", value)
    return Settings()


def test_the_inbox_of_the_home_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inbox = open_inbox(settings(monkeypatch, tmp_path))
    assert inbox == LocalInbox(tmp_path / "inbox")
    assert (tmp_path / "inbox").is_dir()


def test_a_folder_that_was_named_is_not_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mount = tmp_path / "mnt"
    inbox = open_inbox(settings(monkeypatch, tmp_path, inbox=str(mount)))
    assert not mount.exists()
    with pytest.raises(InboxUnreachable, match="没有挂载"):
        inbox.look([], "2023-09", now=datetime.now(UTC), settle_seconds=0)


def test_the_password_stays_out_of_what_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = settings(monkeypatch, tmp_path, inbox="smb://yb@nas/月报", inbox_password="geheim")  # noqa: S106
    assert chosen.inbox_place == "smb://yb@nas/月报"
    shown = f"{chosen!r} {chosen.model_dump_json()} {open_inbox(chosen)!r}"
    assert "geheim" not in shown + " ".join(str(value) for value in dict(chosen).values())
