"""All kinds of charts on sheets to be looked at: light, dark, print, narrow, in both languages.

    python -m benchmarks.chart_sheet [--out DIR] [--seen grey|deuteranopia|protanopia|tritanopia]

The charts are those of the tests, the ugly ones too. ``--seen`` shows them as people see them who
do not tell some colours apart, or as a copier prints them.
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from impact.charts.pictures import Picture, png_of
from impact.charts.style import DARK, LIGHT, NARROW_LIGHT, PRINT, ChartStyle
from impact.language import speak
from tests.charts.examples import diverse_charts
from tests.charts.many import kinds

LOOKS = {"light": LIGHT, "dark": DARK, "print": PRINT, "narrow": NARROW_LIGHT}
GAP, COLUMNS, SHELF = 12, 3, "#7f7f7f"
# Linear RGB to what is seen: Machado, Oliveira and Fernandes 2009, severity 1; luminance of BT.709.
SEEN = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}


def pictures(language: str) -> dict[str, Picture]:
    """Every kind, then every sort of indicator chart."""
    voice = speak(language)
    return {**kinds(voice), **diverse_charts(voice)}


def sheet(language: str, style: ChartStyle, seen: str | None) -> Image.Image:
    """One sheet of all of them, in columns, each put where there is most room."""
    drawn = [Image.open(BytesIO(png_of(one, style, 1))).convert("RGB") for one in pictures(language).values()]
    width = max(image.width for image in drawn)
    bottoms, places = [GAP] * COLUMNS, []
    for image in drawn:
        column = bottoms.index(min(bottoms))
        places.append((GAP + column * (width + GAP), bottoms[column]))
        bottoms[column] += image.height + GAP
    whole = Image.new("RGB", (GAP + COLUMNS * (width + GAP), max(bottoms)), SHELF)
    for image, place in zip(drawn, places, strict=True):
        whole.paste(image, place)
    return Image.fromarray(as_seen(np.asarray(whole), seen)) if seen else whole


def as_seen(pixels: npt.NDArray[np.uint8], by: str) -> npt.NDArray[np.uint8]:
    """The picture as it is seen, in the same colour space."""
    shares = pixels / 255.0
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(SEEN[by]).T, 0, 1)
    shares = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(shares * 255).astype(np.uint8)


def main() -> None:
    """Write the sheets and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("chart-sheets"))
    parser.add_argument("--seen", choices=sorted(SEEN))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for language in ("sv", "en"):
        for look, style in LOOKS.items():
            path = asked.out / f"{look}-{language}{f'-{asked.seen}' if asked.seen else ''}.png"
            sheet(language, style, asked.seen).save(path)
            print(path)


if __name__ == "__main__":
    main()
