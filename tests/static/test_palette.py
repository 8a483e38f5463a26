"""The palette of the style sheet: what can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "impact" / "static"
LIGHT, DARK = re.findall(r":root \{([^}]*--ink:[^}]*)\}", (STATIC / "base.css").read_text("utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("block", [LIGHT, DARK], ids=["light", "dark"])
def test_can_be_read_when_a_colour_carries_text(block):
    """Text has a contrast of 4.5 on every ground it is set on, signs have 3."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for ground in ("page", "card", "info-tint"):
        for text in ("ink", "soft", "better", "worse", "action"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("page", "card"):
        assert contrast(colours["reference"], colours[ground]) >= 3, ground
    assert contrast(colours["ink"], colours["warn-tint"]) >= 4.5
    assert contrast(colours["on-action"], colours["action"]) >= 4.5


def test_takes_colours_from_the_tokens_when_a_part_is_styled():
    """Colours are written down once: in the tokens, and white for paper."""
    for name in ("parts.css", "reading.css", "forms.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", (STATIC / name).read_text("utf-8")), name
