"""The inbox that an address or a folder names."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from yuebao.shares.address import ShareAddressError, is_share, share_address
from yuebao.workbooks.inbox import Inbox
from yuebao.workbooks.local_inbox import LocalInbox


def inbox_at(place: str, *, password: str, key: str, known_hosts: Path) -> Inbox:
    """The inbox at a folder, or at an ``smb://`` or ``sftp://`` address.

    Nothing is connected yet. Raises ShareAddressError for an address that cannot be used.
    """
    if not is_share(place):
        return LocalInbox(Path(place))
    from yuebao.shares.inbox import ShareInbox  # fsspec: only for those who need it

    address = share_address(place)
    if address.scheme == "smb":
        windows_share = _optional("yuebao.shares.smb").windows_share
        return ShareInbox(address, partial(windows_share, address, password))
    ssh_folder = _optional("yuebao.shares.sftp").ssh_folder
    return ShareInbox(address, partial(ssh_folder, address, password, key, known_hosts))


def _optional(module: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise ShareAddressError(
            "共享收件箱需要另外的软件包，请运行：pip install 'yuebao[shares]'。"
        ) from error
