"""An optional accelerator: a configuration is built once a validation, not dozens of times.

About half of a validation goes into building the same configurations again, and some more into a
hash of all cells that only names the batch. The patch touches private parts of Great Expectations,
so it holds only for versions it was tried with; the findings are the same without it, and a test
says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pandas as pd
from great_expectations import __version__
from great_expectations.core.id_dict import IDDict, IDDictID
from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

TRIED_VERSIONS = frozenset({"1.24.1"})

_memo = threading.local()
_configuration: Callable[[Expectation], ExpectationConfiguration] = Expectation.__dict__[
    "configuration"
].fget
_to_domain_obj = ExpectationConfiguration.to_domain_obj
_to_id: Callable[[IDDict], IDDictID] = IDDict.to_id
_fingerprint: Callable[[pd.DataFrame], str] = pandas_execution_engine.hash_pandas_dataframe


@contextmanager
def memoised_configuration() -> Iterator[None]:
    """Within the block, in this thread, each expectation's configuration is built only once."""
    if __version__ not in TRIED_VERSIONS:
        yield
        return
    _install()
    _memo.kept = {}
    try:
        yield
    finally:
        _memo.kept = None


def _install() -> None:
    if ExpectationConfiguration.to_domain_obj is not _domain_obj_once:
        setattr(Expectation, "configuration", property(_configuration_once))  # noqa: B010
        setattr(ExpectationConfiguration, "to_domain_obj", _domain_obj_once)  # noqa: B010
        setattr(IDDict, "to_id", _id_once)  # noqa: B010
        setattr(pandas_execution_engine, "hash_pandas_dataframe", _no_fingerprint)  # noqa: B010


def _configuration_once(self: Expectation) -> Any:
    return _once(self, _configuration)


def _domain_obj_once(self: ExpectationConfiguration) -> Any:
    return _once(self, _to_domain_obj)


def _id_once(self: IDDict, *asked: Any, **more: Any) -> IDDictID:
    kept = getattr(_memo, "kept", None)
    if kept is None or asked or more:
        return _to_id(self, *asked, **more)
    spelt = type(self), repr(self)
    if spelt not in kept:
        kept[spelt] = _to_id(self)
    return cast("IDDictID", kept[spelt])


def _no_fingerprint(frame: pd.DataFrame) -> str:
    return _fingerprint(frame) if getattr(_memo, "kept", None) is None else ""


def _once(owner: Any, build: Callable[[Any], Any]) -> Any:
    kept = getattr(_memo, "kept", None)
    if kept is None:
        return build(owner)
    # the owner is kept beside its product: an id is only its own while the owner lives
    if id(owner) not in kept:
        kept[id(owner)] = (owner, build(owner))
    return kept[id(owner)][1]
