"""A folder on an SSH server through fsspec and paramiko."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from yuebao.shares.address import ShareAddress

_CONNECT_SECONDS = 10
_SILENCE_SECONDS = 30
_MODES = {"xb": "wbx"}  # paramiko writes only where w is said


class SshFolder(SFTPFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """fsspec's file system with links seen as links, and servers known by their keys.

    A server's key is remembered in a file when it is first met, and must be the same afterwards.
    """

    cachable = False

    def _connect(self) -> None:
        options = dict(self.ssh_kwargs)
        known_hosts = Path(options.pop("known_hosts"))
        known_hosts.parent.mkdir(parents=True, exist_ok=True)
        known_hosts.touch(mode=0o600)
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        self.client.load_host_keys(str(known_hosts))
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect(self.host, **options)
        self.ftp = self.client.open_sftp()
        channel = self.ftp.get_channel()
        if channel is not None:
            channel.settimeout(_SILENCE_SECONDS)

    def drop(self) -> None:
        """Cut the connection, whoever waits on it."""
        self.client.close()

    release = drop

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        return super()._open(path, _MODES.get(mode, mode), **options)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Size, kind, and times in seconds; of a link, the link's own."""
        status = self.ftp.lstat(path)
        return {**self._decode_stat(status), "name": path, "mtime": float(status.st_mtime or 0)}


def ssh_folder(address: ShareAddress, password: str, key: str, known_hosts: Path) -> SshFolder:
    """Connect to the server, by key file where there is one."""
    return SshFolder(
        address.host,
        port=address.port or 22,
        username=address.user,
        password=password or None,
        key_filename=key or None,
        known_hosts=str(known_hosts),
        allow_agent=False,
        look_for_keys=False,
        timeout=_CONNECT_SECONDS,
        banner_timeout=_CONNECT_SECONDS,
        auth_timeout=_CONNECT_SECONDS,
        skip_instance_cache=True,
    )
