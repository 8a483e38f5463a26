import pytest

from impact.charts.style import DARK, LIGHT, Meaning


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_can_be_read_when_words_stand_on_page_or_column(style):
    """Words have a contrast of at least 4.5 wherever they may stand."""
    grounds = [style.page, *map(style.column, Meaning)]
    for ground in grounds:
        for words in (style.ink, style.soft, *map(style.colour, Meaning)):
            assert contrast(words, ground) >= 4.5, (words, ground)


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_can_be_seen_when_lines_carry_meaning(style):
    """The reference line has a contrast of at least 3 on the page."""
    assert contrast(style.reference, style.page) >= 3
