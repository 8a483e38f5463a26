"""Sizes of files and databases as readers write them."""

from __future__ import annotations

from typing import Final

from impact.language import Voice

KILOBYTE: Final = 1024


def bytes_words(n: int, voice: Voice) -> str:
    """A size as readers write it."""
    if n < KILOBYTE:
        return f"{n} B"
    size, units = n / KILOBYTE, ["kB", "MB", "GB", "TB"]
    while size >= KILOBYTE and len(units) > 1:
        size, units = size / KILOBYTE, units[1:]
    return f"{voice.number(size, 1)} {units[0]}"


def file_words(name: str, n_bytes: int, voice: Voice) -> str:
    """What a file is called and how large it is."""
    return ", ".join(filter(None, (name, bytes_words(n_bytes, voice))))
