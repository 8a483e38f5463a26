"""Impact: tells people whether a social project works."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from impact.app import create_app

__all__ = ["__version__", "create_app"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The app's maker when it is asked for: the detector alone needs no Flask."""
    if name == "create_app":
        return import_module("impact.app").create_app
    raise AttributeError(f"module 'impact' has no attribute {name!r}")
