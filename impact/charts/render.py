"""Figures as bytes: SVG and PNG, the same bytes for the same figure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from impact.charts.surface import pixels_of
from impact.charts.vector import DPI, svg_of_figure

MOST_COLOURS, N_SHADES, COMPRESSION = 40, 1 << 18, 5
# matplotlib promises no thread safety and keeps state in figures and fonts while it draws.
_one_at_a_time = RLock()


def to_svg(figure: Figure, *, is_outlined: bool = True) -> bytes:
    """The figure as SVG, so that it looks alike everywhere.

    The figure's label becomes the title that assistive technology reads.

    Args:
        is_outlined: words as outlines; else they are words, for whoever has the typefaces.
    """
    with _at(figure, DPI):
        return svg_of_figure(figure, is_outlined=is_outlined)


def to_png(figure: Figure, scale: float = 2) -> bytes:
    """The figure as PNG with so many pixels for each pixel of the layout.

    A palette of a few colours keeps mails small: a chart is flat colour and the shades at
    the edges of letters, of which most move a little to their nearest neighbour.
    """
    dpi = figure.dpi * scale
    with _at(figure, dpi):
        pixels = pixels_of(figure)
    palette, indices = _palette(pixels)
    return _png(palette, indices, dpi)


@contextmanager
def _at(figure: Figure, dpi: float) -> Iterator[None]:
    """The figure with so many pixels to the inch, for one thread alone."""
    with _one_at_a_time:
        usual = figure.dpi
        figure.set_dpi(dpi)
        try:
            yield
        finally:
            figure.set_dpi(usual)


def _palette(pixels: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The colours that tell most, and for each pixel the number of the nearest.

    The commonest colour first, then always the one that is farthest from all chosen, counted
    by how often it comes. A picture is long runs of one colour, so runs are looked at, not
    pixels; shades that no eye tells apart are the one of the longest run.
    """
    packed = pixels.view("<u4")[:, :, 0] & 0xFFFFFF
    flat = packed.ravel()
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(np.append(starts, flat.size))
    runs = flat[starts]
    shades = runs >> 2 & 0x3F | runs >> 4 & 0xFC0 | runs >> 6 & 0x3F000
    longest = np.zeros(N_SHADES, dtype=np.int64)
    np.maximum.at(longest, shades, lengths << 24 | runs)
    found = np.flatnonzero(longest != 0)
    counts = np.bincount(shades, weights=lengths)[found]
    channels = (longest[found, None] >> np.array([0, 8, 16]) & 255).astype(np.float64)
    weights, lengths_of = np.sqrt(counts), (channels**2).sum(axis=1)
    chosen = [int(counts.argmax())]
    distances = ((channels - channels[chosen[0]]) ** 2).sum(axis=1)
    nearest = np.zeros(N_SHADES, dtype=np.uint8)
    of_found = np.zeros(len(found), dtype=np.uint8)
    while len(chosen) < min(MOST_COLOURS, len(found)):
        newest = int((distances * weights).argmax())
        chosen.append(newest)
        # The square of a difference, in whole numbers: nothing is lost.
        from_newest = lengths_of - 2 * (channels @ channels[newest]) + lengths_of[newest]
        of_found[from_newest < distances] = len(chosen) - 1
        distances = np.minimum(distances, from_newest)
    nearest[found] = of_found
    indices = np.repeat(nearest[shades], lengths).reshape(packed.shape)
    return channels[chosen].astype(np.uint8), indices


def _png(palette: npt.NDArray[np.uint8], indices: npt.NDArray[np.uint8], dpi: float) -> bytes:
    height, width = indices.shape
    rows = np.hstack([np.zeros((height, 1), dtype=np.uint8), indices]).tobytes()
    per_metre = round(dpi / 0.0254)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(rows, COMPRESSION)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
