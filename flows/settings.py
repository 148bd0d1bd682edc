"""Where things are: read once from the environment, shown by ``yuebao settings``."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from yuebao.rules.quiet import QuietHours, QuietHoursError
from yuebao.shares.address import is_share

_PASSWORD_OPTION = re.compile(r"(?i)([?&](?:ssl)?password=)[^&]*")
TARGETS = Path(__file__).resolve().parents[1] / "targets"


class SettingsError(ValueError):
    """A setting cannot be used; the message says which and what to do, in Chinese."""


class Settings(BaseSettings):
    """Every setting, each an environment variable ``YUEBAO_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="YUEBAO_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("home"), description="收件箱、档案、数据库和成果所在的文件夹")
    warehouse_url: str = Field(
        default="", repr=False, description="数据库地址；空为 home 里的 SQLite"
    )
    inbox: str = Field(
        default="",
        description="收件箱：文件夹，或 smb://…、sftp://… 共享（见 README）；空为 home/inbox",
    )
    inbox_password: SecretStr = Field(
        default=SecretStr(""), description="收件箱共享的密码，或密钥文件的口令；只放在环境变量里"
    )
    inbox_key: str = Field(default="", description="sftp 收件箱的密钥文件；空为用密码")
    programme: str = Field(default="", description="方案文件夹，或 targets/ 下的名称")
    settle_seconds: float = Field(default=5.0, ge=0, description="文件多少秒没有变化才读取")
    reader_seconds: float = Field(default=20.0, gt=0, description="读一个文件最多占用处理器多少秒")
    reader_memory_mb: int = Field(default=1024, ge=128, description="读一个文件最多用多少内存(MB)")
    readers: int = Field(default=2, ge=1, le=16, description="同时读文件的进程数")
    quiet_hours: str = Field(
        default="20:00-08:00", description="免打扰时段，其间的通知到时段结束后再发；空为随时可发"
    )
    api_url: str = Field(default="", description="Prefect 服务地址；空为自动寻找或临时启动")
    prefect_auth: SecretStr = Field(
        default=SecretStr(""),
        description="Prefect 服务的登录口令，写作 用户:密码；对外开放时必须设",
    )
    prefect_database_url: SecretStr = Field(
        default=SecretStr(""),
        description="Prefect 自己的数据库，postgresql://…；空为 home 里的 SQLite",
    )
    keep_runs_days: int = Field(default=400, ge=1, description="Prefect 运行记录保留多少天")
    keep_events_days: int = Field(default=30, ge=1, description="Prefect 事件记录保留多少天")
    worker_limit: int = Field(default=2, ge=1, le=64, description="一个 worker 同时做几个运行")

    @cached_property
    def root(self) -> Path:
        """The home folder, absolute."""
        return self.home.expanduser().resolve()

    @property
    def inbox_place(self) -> str:
        """Where the inbox is: an absolute folder, or the address of a share."""
        if is_share(self.inbox):
            return self.inbox
        return str(Path(self.inbox).expanduser().resolve() if self.inbox else self.root / "inbox")

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def prefect_home(self) -> Path:
        return self.root / "prefect"

    @property
    def channels_file(self) -> Path:
        """Where notices go; without the file they are only written to the outputs."""
        return self.root / "channels.yml"

    @property
    def quiet(self) -> QuietHours:
        """The hours in which no notice is sent; SettingsError where they are not readable."""
        try:
            return QuietHours.parse(self.quiet_hours)
        except QuietHoursError as error:
            raise SettingsError(f"YUEBAO_QUIET_HOURS：{error}") from error

    @property
    def warehouse(self) -> str:
        """The warehouse's URL; SQLite in the home folder unless one is set, its path absolute."""
        kind, slashes, path = self.warehouse_url.partition(":///")
        if kind == "sqlite" and path not in ("", ":memory:"):
            return f"{kind}{slashes}{Path(path).resolve()}"
        return self.warehouse_url or f"sqlite:///{self.root / 'warehouse.db'}"

    @property
    def programme_folder(self) -> Path:
        """The programme's folder; SettingsError where none, or more than one, could be meant."""
        if self.programme:
            return _named_programme(self.programme)
        found = sorted(path.parent for path in TARGETS.glob("*/programme.yml"))
        if len(found) == 1:
            return found[0]
        names = "、".join(folder.name for folder in found) or "没有"
        raise SettingsError(f"请用 YUEBAO_PROGRAMME 指定方案。targets/ 下现有：{names}。")


def _named_programme(name: str) -> Path:
    for folder in (Path(name).expanduser(), TARGETS / name):
        if (folder / "programme.yml").is_file():
            return folder.resolve()
    raise SettingsError(
        f"找不到方案“{name}”。YUEBAO_PROGRAMME 应为方案文件夹，或 targets/ 下的名称。"
    )


def without_password(url: str) -> str:
    """The URL as it may be shown: its passwords replaced by ***."""
    url = _PASSWORD_OPTION.sub(r"\1***", url)
    head, at, tail = url.rpartition("@")
    scheme, slashes, account = head.partition("://")
    user, colon, _ = account.partition(":")
    if not at or not colon:
        return url
    return f"{scheme}{slashes}{user}:***@{tail}"
