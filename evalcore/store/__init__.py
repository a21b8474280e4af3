"""The record: what people have decided and said, kept so that it can be reopened and defended.

Events are only ever added to streams (:meth:`Store.append`); what holds now is computed from them.
The store knows nothing of what they mean.
"""

from evalcore.errors import (
    StoreConflict,
    StoreError,
    StoreMismatch,
    StoreRefused,
    StoreUnavailable,
)
from evalcore.store.address import STORE_VARIABLE, chosen_place
from evalcore.store.events import Damaged, Event, Trust
from evalcore.store.export import Loaded
from evalcore.store.store import Entries, Store

__all__ = [
    "STORE_VARIABLE",
    "Damaged",
    "Entries",
    "Event",
    "Loaded",
    "Store",
    "StoreConflict",
    "StoreError",
    "StoreMismatch",
    "StoreRefused",
    "StoreUnavailable",
    "Trust",
    "chosen_place",
]
