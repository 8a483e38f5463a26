"""What is hashed of a row of history: its content in plain form, after what came before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(content: Mapping[str, Any], previous: str = "") -> str:
    """SHA-256 over a row's content and the digest before it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256((previous + text).encode()).hexdigest()


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON holds them: days and instants as text, choices as words."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
        for name, value in values.items()
    }
