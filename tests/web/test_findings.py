"""An indicator's page says what the detector found in a real history, in both languages."""

import html
import re

import pytest
from flask import Flask

from tests.builders import WINDING
from tests.people import People, signed_in_client
from tests.web.ground import place_history

FLAT = dict(zip(range(2015, 2024), [61.6, 61.4, 62.0, 61.6, 61.1, 61.8, 62.5, 62.3, 60.9], strict=True))
WILD = dict(zip(range(2015, 2022), [2.0, 26.0, 52.0, 1.0, 42.0, 3.0, 22.0], strict=True))


def page(app: Flask, people: People, indicator_id: int, language: str) -> str:
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", language)
    response = client.get(f"/indicators/{indicator_id}")
    assert response.status_code == 200, response.text[:2000]
    return re.sub(r"\s+", " ", html.unescape(response.text))


@pytest.mark.parametrize(
    ("language", "course", "turns"),
    [
        ("sv", "steg 2009–2017 (51,5 till 65,8 %)", "Tidigare vändningar: 2002, 2009."),
        ("en", "rose 2009–2017 (51.5 to 65.8%)", "Earlier turns: 2002, 2009."),
    ],
)
def test_lists_earlier_turns_when_a_history_has_several(
    app: Flask, people: People, language: str, course: str, turns: str
) -> None:
    """The newest turn is the finding, the ones before it are listed; so in the chart's text."""
    indicator_id, _ = place_history(app, WINDING)
    text = page(app, people, indicator_id, language)
    (alternative,) = re.findall(r'<img src[^>]*alt="([^"]*)"', text)
    assert all(part in text.replace(alternative, "") for part in (course, turns))
    assert turns in alternative


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "En ändring på mindre än 1,9 procentenheter under 2015–2023 hade knappast synts."),
        ("en", "A change of less than 1.9 percentage points over 2015–2023 would hardly have shown."),
    ],
)
def test_says_how_small_a_change_would_have_shown_when_flat(
    app: Flask, people: People, language: str, words: str
) -> None:
    """No clear direction is told with what could have happened unseen."""
    indicator_id, _ = place_history(app, FLAT)
    assert words in page(app, people, indicator_id, language)


@pytest.mark.parametrize(
    ("language", "words", "other"),
    [
        ("sv", "inte ens den största möjliga ändringen säkert hade synts.", "En ändring på mindre än"),
        ("en", "not even the largest possible change would have been sure to show.", "A change of less than"),
    ],
)
def test_says_that_no_change_was_sure_to_show_when_values_vary_too_much(
    app: Flask, people: People, language: str, words: str, other: str
) -> None:
    """A smallest change beyond what is possible is no number to tell."""
    indicator_id, _ = place_history(app, WILD)
    text = page(app, people, indicator_id, language)
    assert words in text
    assert other not in text
