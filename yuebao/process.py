"""A process about to work through a long batch: its memory and its threads."""

from __future__ import annotations

import gc
import sys

_NEW_OBJECTS = 20_000  # a workbook's reading is some thousand objects that live as long as a batch
_HANDOVER = 0.0005  # seconds; what waits for a child's answer shall not wait for its turn as well


def settle_process() -> None:
    """Spare collections from walking what is loaded by now; let threads take turns sooner.

    What passes is collected in larger lots: most of what a batch makes lives as long as the batch.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 50, 100)
    sys.setswitchinterval(_HANDOVER)
