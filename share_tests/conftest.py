"""A real Samba server and a real sshd on loopback, with an account for each unit.

Accounts exist only inside the servers (nss_wrapper): nothing of this machine is changed. Root is
needed, because a server has to act as the account that has logged in.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fsspec import AbstractFileSystem

from yuebao.shares.address import share_address
from yuebao.shares.opening import inbox_at
from yuebao.shares.sftp import ssh_folder
from yuebao.workbooks.inbox import Inbox

PASSWORD = "geheim-geheim-7"
UNITS = {"gonghe": "共和镇", "xinqiao": "新桥镇", "panmao": "蟠猫乡"}
_ACCOUNTS = {"collector": 20000} | {unit: 20001 + n for n, unit in enumerate(UNITS)}


@dataclass
class Server:
    """A file server that can be started, and killed, any number of times."""

    scheme: str
    base: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    password: str = PASSWORD

    @property
    def folder(self) -> Path:
        """Where the inbox lies on the server's disk."""
        return self.base / "inbox"

    @property
    def url(self) -> str:
        return self.url_of("collector")

    def url_of(self, account: str) -> str:
        folder = "/inbox" if self.scheme == "smb" else self.folder
        return f"{self.scheme}://{account}@127.0.0.1:{self.port}{folder}"

    def inbox(self, password: str = PASSWORD) -> Inbox:
        known_hosts = self.base / "known_hosts"
        return inbox_at(self.url, password=password, key="", known_hosts=known_hosts)

    def start(self) -> None:
        command = _SMBD if self.scheme == "smb" else _SSHD
        with (self.base / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [part.format(base=self.base) for part in command],
                env=_wrapped(self.base),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait_for(self.port)

    def freeze(self) -> None:
        """Let it stand still: connections stay open and nothing answers."""
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def kill(self) -> None:
        """End it and all its children at once, as a power cut would."""
        if self.process is None:
            return
        for pid in self._processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        self.process = None

    def _processes(self) -> list[int]:
        return [self.process.pid, *_descendants(self.process.pid)] if self.process else []

    def new_key(self) -> None:
        """Become another SSH server at the same address."""
        self.kill()
        make_host_key(self.base)
        self.start()

    def clerk_on_ssh(self, account: str) -> AbstractFileSystem:
        """The unit's own connection to an SSH server."""
        address = share_address(self.url_of(account))
        return ssh_folder(address, PASSWORD, "", self.base / "known_hosts")

    def clerk_on_smb(self, account: str) -> dict[str, Any]:
        """What smbclient needs to act as the unit, apart from the collector's connection."""
        return {
            "username": account,
            "password": PASSWORD,
            "port": self.port,
            "connection_cache": {},
        }

    def unc(self, *names: str) -> str:
        return "\\\\127.0.0.1\\inbox\\" + "\\".join(names)

    def drop(self, account: str, period: str, name: str, content: bytes, age: float = 60) -> Path:
        """A file of the unit, as it lies there some time after it was handed in."""
        folder = self.folder / UNITS[account] / period
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        moment = time.time() - age
        os.utime(path, (moment, moment))
        for owned in (folder, path):
            os.chown(owned, _ACCOUNTS[account], _ACCOUNTS[account])
            owned.chmod(0o2770 if owned is folder else 0o660)
        return path


_SMBD = ("/usr/sbin/smbd", "--foreground", "--no-process-group", "-s", "{base}/smb.conf")
_SSHD = ("/usr/sbin/sshd", "-D", "-e", "-f", "{base}/sshd_config")


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder every account can pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="yuebao-share-"))
    folder.chmod(0o755)
    _write_accounts(folder)
    inbox = folder / "inbox"
    inbox.mkdir()
    inbox.chmod(0o755)
    for account, unit in UNITS.items():
        (inbox / unit).mkdir()
        os.chown(inbox / unit, _ACCOUNTS[account], _ACCOUNTS[account])
        (inbox / unit).chmod(0o2770)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def smb(base: Path) -> Iterator[Server]:
    yield from _served(Server("smb", base, _free_port()))


@pytest.fixture
def sftp(base: Path) -> Iterator[Server]:
    yield from _served(Server("sftp", base, _free_port()))


@pytest.fixture(params=["smb", "sftp"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each kind of server in turn."""
    return request.getfixturevalue(request.param)


def _served(server: Server) -> Iterator[Server]:
    (_configure_smb if server.scheme == "smb" else _configure_ssh)(server)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _configure_smb(server: Server) -> None:
    base = server.base
    for name in ("private", "lock", "state", "cache", "pid", "ncalrpc"):
        (base / name).mkdir()
    folders = "\n".join(
        f"{setting} = {base / name}"
        for setting, name in {
            "private dir": "private",
            "lock directory": "lock",
            "state directory": "state",
            "cache directory": "cache",
            "pid directory": "pid",
            "ncalrpc dir": "ncalrpc",
        }.items()
    )
    (base / "smb.conf").write_text(
        f"""[global]
workgroup = YUEBAO
server role = standalone server
smb ports = {server.port}
bind interfaces only = yes
interfaces = 127.0.0.1/8
disable netbios = yes
load printers = no
printcap name = /dev/null
disable spoolss = yes
log file = {base}/smbd.log
passdb backend = tdbsam:{base}/private/passdb.tdb
{folders}
[inbox]
path = {server.folder}
read only = no
create mask = 0660
force create mode = 0660
directory mask = 2770
force directory mode = 2770
""",
        encoding="utf-8",
    )
    for account in _ACCOUNTS:
        subprocess.run(
            ["/usr/bin/smbpasswd", "-c", str(base / "smb.conf"), "-a", "-s", account],
            input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
            env=_wrapped(base),
            check=True,
            capture_output=True,
        )


def _configure_ssh(server: Server) -> None:
    base = server.base
    make_host_key(base)
    Path("/run/sshd").mkdir(exist_ok=True)
    (base / "sshd_config").write_text(
        f"""Port {server.port}
ListenAddress 127.0.0.1
HostKey {base}/host_key
PidFile {base}/sshd.pid
UsePAM no
PasswordAuthentication yes
AuthorizedKeysFile {base}/keys_%u
StrictModes no
Subsystem sftp internal-sftp -u 0007
""",
        encoding="utf-8",
    )


def make_host_key(base: Path) -> None:
    """A new key for the SSH server, instead of the one it may have."""
    key = base / "host_key"
    key.unlink(missing_ok=True)
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))


def _write_accounts(base: Path) -> None:
    digest = _run("openssl", "passwd", "-6", PASSWORD).strip()
    users = [
        "root:x:0:0:root:/root:/bin/sh",
        "sshd:x:102:65534::/run/sshd:/usr/sbin/nologin",
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    ]
    users += [  # each unit is a group of its own, and the collector is in all of them
        f"{name}:x:{uid}:{uid}::{base}:/bin/sh" for name, uid in _ACCOUNTS.items()
    ]
    (base / "passwd").write_text("\n".join(users) + "\n")
    groups = ["root:x:0:", "nogroup:x:65534:"]
    groups += [f"{name}:x:{gid}:collector" for name, gid in _ACCOUNTS.items()]
    (base / "group").write_text("\n".join(groups) + "\n")
    shadows = [f"{name}:{digest}:19000:0:99999:7:::" for name in _ACCOUNTS]
    (base / "shadow").write_text("\n".join(shadows) + "\n")


def _wrapped(base: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LD_PRELOAD": "libnss_wrapper.so",
        "NSS_WRAPPER_PASSWD": str(base / "passwd"),
        "NSS_WRAPPER_GROUP": str(base / "group"),
        "NSS_WRAPPER_SHADOW": str(base / "shadow"),
    }


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on {port}")


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = [int(child) for child in children.read_text().split()]
    except FileNotFoundError:
        return []
    return [each for child in found for each in (*_descendants(child), child)]
