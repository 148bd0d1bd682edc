"""The memory of a long batch: what stays is set aside, what passes is collected in larger lots."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 20_000  # a workbook's reading is some thousand objects that live as long as a batch


def settle_heap() -> None:
    """Spare collections from walking what is loaded by now, and let them come less often."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 50, 100)
