"""The cache of page parts, which says how often it had them."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.locmem import LocMemCache

from .tally import current

MISSING = object()


class Counted(LocMemCache):
    """Django's own, in the memory of one process; hits and misses are those of the request that looks."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = super().get(key, MISSING, version)
        if found is MISSING:
            current().misses += 1
            return default
        current().hits += 1
        return found
