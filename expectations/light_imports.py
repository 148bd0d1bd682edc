"""Great Expectations without what only its unused parts need: a third of its import, and memory.

Statistics for distribution tests and a plotting library come with every import of it. They are
loaded when somebody first asks them for anything.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

UNUSED = ("altair", "scipy.stats")
_WANTED = frozenset({"__all__", "__path__", "__version__"})  # of the names with underscores


class Later(ModuleType):
    """A module that is imported once something of it is wanted, and not by who looks at all."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__") and attribute not in _WANTED:
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


def put_off(*names: str) -> None:
    """Import these only when they are needed; one that is there already stays."""
    for name in names:
        sys.modules.setdefault(name, Later(name))
