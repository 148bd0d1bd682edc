"""How tasks and flows write their files."""

from yuebao.whole_files import write_whole

__all__ = ["write_whole"]
