import pytest
from matplotlib import font_manager

from impact.charts.ruler import ELLIPSIS, UNKNOWN_SIGN, Ruler, Type, printable
from impact.charts.style import LIGHT, SEMIBOLD

PLAIN = Type(10.5)


@pytest.mark.parametrize(
    ("kind", "face"),
    [
        (PLAIN, "SourceSansPro-Regular.ttf"),
        (Type(10.5, SEMIBOLD), "SourceSansPro-Semibold.ttf"),
        (Type(9, italic=True), "SourceSansPro-It.ttf"),
    ],
)
def test_finds_our_typeface_when_it_is_asked_for(kind, face):
    """Each weight and slant comes from the wheel, not from what the machine has."""
    assert font_manager.findfont(kind.font()).endswith(face)


def test_keeps_the_signs_we_write_when_text_is_made_printable():
    """Swedish letters, true minus, no-break space, dashes and triangles are there."""
    signs = "Åäö\N{MINUS SIGN}5\N{NO-BREAK SPACE}%\N{EN DASH}·±▲▼é’"
    assert printable(signs) == signs


def test_replaces_signs_when_no_typeface_has_them():
    """Pictograms become one known sign and control characters vanish."""
    assert printable("a🙂b\x07\nc") == f"a{UNKNOWN_SIGN}b c"


def test_shortens_at_a_word_when_text_is_too_wide():
    """A cut text ends in an ellipsis, after a whole word, and fits."""
    ruler = Ruler(LIGHT)
    text = "Kunskapens Hus och Föreningarnas Hus"
    short = ruler.shorten(text, PLAIN, 150)
    assert short == f"Kunskapens Hus{ELLIPSIS}"
    assert ruler.width(short, PLAIN) <= 150
    assert ruler.shorten(text, PLAIN, 1) == ""


def test_wraps_without_loss_when_lines_suffice():
    """Two lines hold the whole text, or it says that they do not."""
    ruler = Ruler(LIGHT)
    lines, is_whole = ruler.wrap("ett två tre fyra", PLAIN, 60, 2)
    assert is_whole
    assert " ".join(lines) == "ett två tre fyra"
    assert not ruler.wrap("ett två tre fyra fem sex sju", PLAIN, 60, 2)[1]


@pytest.mark.parametrize(
    ("text", "room", "first"),
    [
        ("Behöriga till yrken, årskurs 9", "Behöriga till yrken, årskurs", "Behöriga till yrken,"),
        ("Tolv bättre och 1 sämre", "Tolv bättre och 1", "Tolv bättre"),
    ],
)
def test_keeps_a_number_with_its_words_when_it_wraps(text, room, first):
    """No line ends or begins with a short number that belongs to its neighbours."""
    ruler = Ruler(LIGHT)
    lines, is_whole = ruler.wrap(text, PLAIN, ruler.width(room, PLAIN) + 1, 2)
    assert is_whole
    assert lines[0] == first
