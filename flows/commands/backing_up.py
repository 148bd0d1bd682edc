"""``yuebao backup`` and ``yuebao restore``: warehouse and archive in one file, and back."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.settings import Settings
from sql.upkeep import snapshot, sqlite_file
from yuebao.workbooks.archive_check import ArchiveFaultKind, archive_faults
from yuebao.workbooks.arrivals import read_records

_MANIFEST, _WAREHOUSE, _ARCHIVE = "manifest.json", "warehouse.db", "archive"
_RESTORING = ".restoring-"
_HASHES, _WORDS = "[0-9a-f][0-9a-f]", "[!.][!.][!.]*"  # the archive's folders: of files, of records


class BackupError(Exception):
    """It cannot be backed up or restored, nothing was changed; says why, in Chinese."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds; without the warehouse where that is PostgreSQL's."""

    files: int
    warehouse: bool


def back_up(chosen: Settings, out: Path, now: datetime) -> Backup:
    """Write warehouse and archive into one tar file, whole or not at all, while work goes on.

    The warehouse is copied first: of whatever it holds the archive then has the files.
    """
    if out.exists():
        raise BackupError(f"{out} 已经存在，不会覆盖，请换一个文件名。")
    database = sqlite_file(chosen.warehouse)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as folder:
        draft = Path(folder) / "backup.tar"
        with tarfile.open(draft, "w:gz" if out.suffix in (".gz", ".tgz") else "w") as tar:
            has_warehouse = database is not None and database.exists()
            if database is not None and has_warehouse:
                snapshot(database, Path(folder) / _WAREHOUSE)
                tar.add(Path(folder) / _WAREHOUSE, _WAREHOUSE)
            files = _add_archive(tar, chosen.archive)
            said = {"made_at": now.isoformat(), "warehouse": has_warehouse, "files": files}
            manifest = Path(folder) / _MANIFEST
            manifest.write_text(json.dumps(said), encoding="utf-8")
            tar.add(manifest, _MANIFEST)
        draft.replace(out)
    return Backup(files, has_warehouse)


def _add_archive(tar: tarfile.TarFile, archive: Path) -> int:
    """Records first: what they tell of lies in the archive by then, whatever arrives meanwhile."""
    records = _files(archive, f"{_WORDS}/**/*")
    paths = [*records, *_files(archive, f"{_HASHES}/*")]
    for path in paths:
        _add(tar, path, f"{_ARCHIVE}/{path.relative_to(archive).as_posix()}")
    return len(paths)


def _files(archive: Path, pattern: str) -> list[Path]:
    found = sorted(archive.glob(pattern))
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add the file as it is opened: a record that is put in its place meanwhile is another."""
    with path.open("rb") as file:
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), file)


def restore(chosen: Settings, file: Path) -> Backup:
    """Put a backup into an empty home; nothing is put there unless all of it is sound."""
    if chosen.root.exists() and not _is_empty(chosen.root):
        raise BackupError(f"{chosen.root} 里已有内容，恢复只写进空的文件夹。")
    database = sqlite_file(chosen.warehouse)
    if database is not None and database.exists():
        raise BackupError(f"数据库 {database} 已经存在，不会覆盖。")
    chosen.root.mkdir(parents=True, exist_ok=True)
    with _unpacked(file, chosen.root) as folder:
        said = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        _refuse_unsound(folder / _ARCHIVE)
        if (folder / _ARCHIVE).exists():
            (folder / _ARCHIVE).replace(chosen.archive)
        restored = database is not None and said["warehouse"]
        if database is not None and restored:
            database.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / _WAREHOUSE, database)  # it may lie on another disk
    return Backup(said["files"], restored)


def _is_empty(home: Path) -> bool:
    """Whether there is nothing but what a restoring that was killed left there."""
    return all(path.name.startswith(_RESTORING) for path in home.iterdir())


@contextmanager
def _unpacked(file: Path, home: Path) -> Iterator[Path]:
    """The backup's content, within the home: it may be a disk of its own."""
    for left in home.glob(f"{_RESTORING}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=home, prefix=_RESTORING) as name:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(name, filter="data")  # refuses what leads out of the folder
        except (tarfile.TarError, EOFError, OSError) as error:
            raise BackupError(f"{file} 不是完整的备份，没有恢复：{error}") from error
        if not (Path(name) / _MANIFEST).is_file():
            raise BackupError(f"{file} 不是 yuebao backup 写出的备份，没有恢复。")
        yield Path(name)


def _refuse_unsound(archive: Path) -> None:
    faults = [
        fault
        for fault in archive_faults(archive, read_records(archive))
        if fault.kind is not ArchiveFaultKind.UNRECORDED
    ]
    if faults:
        named = "\n".join(f"  {fault.place}：{fault.text}" for fault in faults[:10])
        raise BackupError(f"备份里的档案有 {len(faults)} 处不对，没有恢复：\n{named}")
