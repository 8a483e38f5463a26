"""What the help page says: the tour, the words, how turns are found."""

from __future__ import annotations

from typing import Final, NamedTuple

from impact.language import Voice, mark


class Told(NamedTuple):
    """Something that help speaks of, what it says of it, and where it is found."""

    heading: str
    sentence: str
    address: str = ""


# What to look at first, in the order of the menu: place, address, what it is for.
TOUR: Final = (
    Told(
        mark("Board"),
        mark(
            "Here you see what has turned, since when, how certain that is and whether somebody has decided"
            " on it. Below stand what is late and which targets are met. Narrow it to a category or to your"
            " own indicators; the choice stays until you clear it."
        ),
        "/",
    ),
    Told(
        mark("Projects"),
        mark(
            "All projects with their sums. Open one to read its goals, how far each has come, and the story"
            " behind the figures. An indicator that several projects measure can be compared between them."
        ),
        "/projects",
    ),
    Told(
        mark("An indicator"),
        mark(
            "The chart says in words what happened. Beside it stand the values. Under “Turn the curve” you "
            "find what lies behind it, what was agreed, and how fast it has to go to reach the target."
        ),
        "",
    ),
    Told(
        mark("A decision"),
        mark(
            "When a trend turns, a flag is raised. A manager confirms it and agrees on an action, or "
            "dismisses it with a reason. Both are kept and can be reopened."
        ),
        "",
    ),
    Told(
        mark("Entry"),
        mark(
            "Whoever records values finds here what is due. A value that was wrong is corrected with a "
            "reason; the old one is kept."
        ),
        "/entry",
    ),
    Told(
        mark("Reports"),
        mark("Get the board as a mail before each meeting, or a notice when something turns."),
        "/reports",
    ),
)

WORDS: Final = (
    Told(mark("Project"), mark("The undertaking that is financed and followed.")),
    Told(mark("Goal"), mark("What the project is to change for people.")),
    Told(mark("Milestone"), mark("Something that is either reached or not, on a day.")),
    Told(mark("Indicator"), mark("What is measured to see whether something changes.")),
    Told(mark("Key indicator"), mark("An indicator that comes first on the board.")),
    Told(mark("Measurement"), mark("One value of an indicator for a period, such as a year.")),
    Told(mark("Baseline"), mark("The value from which progress is counted.")),
    Told(mark("Target"), mark("The value that was promised for a period.")),
    Told(mark("Direction"), mark("Which way is better: higher, lower, within a band, or neither.")),
    Told(
        mark("Percentage point"), mark("The unit of a change between two percentages: from 60 to 63 % is 3.")
    ),
    Told(mark("Preliminary"), mark("A value that may still change; it is hollow in the chart.")),
    Told(mark("Correction"), mark("A new value that replaces one. The old one is kept, with the reason.")),
    Told(
        mark("Series break"), mark("From here on something else was measured. Nothing is compared across it.")
    ),
    Told(mark("Trend"), mark("The course of the values without their ups and downs from year to year.")),
    Told(
        mark("Turning point"),
        mark("The period in which the trend changed sign: from rising to falling, or back."),
    ),
    Told(
        mark("Turned for the worse, for the better"),
        mark("What the change of sign means, since one way is better."),
    ),
    Told(mark("Early warning"), mark("It may have turned. Wait for the next measurement before you act.")),
    Told(mark("Flag"), mark("A turn that awaits a decision or has one.")),
    Told(mark("Confirm"), mark("The turn is real. We act on it, or keep an eye on it.")),
    Told(
        mark("Dismiss"), mark("The figures mislead, or it does not matter for the goal. Always with a cause.")
    ),
    Told(
        mark("Pace needed"), mark("How much the value has to change each year to reach the target in time.")
    ),
    Told(mark("On track"), mark("The pace that was kept so far is enough for the target.")),
    Told(mark("Invented figures"), mark("Numbers that show how Impact works, not how things are.")),
)

DETECTOR: Final = (
    Told(
        "",
        mark(
            "Figures a year apart go up and down by chance. A single bad year is therefore no turn. Impact "
            "asks whether the trend has changed sign: whether it rose and now falls, or fell and now rises."
        ),
    ),
    Told(
        "",
        mark(
            "It compares “it turned” with every history in which nothing turned: flat, straight, slowing "
            "down, a jump in level, one odd value. Only when the turn explains the figures clearly better "
            "than all of these, a flag is raised."
        ),
    ),
    Told(
        "",
        mark(
            "A rise that slows down or stops is not a turn. It is called “levelled off”, and raises no flag."
        ),
    ),
    Told(
        "",
        mark(
            "At least six usable measurements are needed, and two after the turn. With fewer, Impact says "
            "that it is too early to tell. The newest value alone gives an early warning at most."
        ),
    ),
    Told(
        "",
        mark(
            "How certain it is stands beside every turn: very likely from 90 %, likely from 50 %, possible "
            "below. Where 40 or more indicators are followed, all are weighed together, since among so many"
            " some look certain by chance."
        ),
    ),
    Told(
        "",
        mark(
            "When a definition has changed, say so: declare a series break. Then nothing is compared across"
            " it."
        ),
    ),
    Told(
        "",
        mark(
            "What Impact cannot see is why. That a trend turned does not say what caused it, nor whether "
            "the project did. Hence the notes and the decisions."
        ),
    ),
)


def tour(voice: Voice, *, may_enter: bool) -> list[tuple[str, str, str]]:
    """The places that the reader can go to, each with what it is for."""
    return [
        (voice.gettext(place.heading), place.address, voice.gettext(place.sentence))
        for place in TOUR
        if may_enter or place.address != "/entry"
    ]


def glossary(voice: Voice) -> list[tuple[str, str]]:
    """Each word with its meaning, in the order in which one needs them."""
    return [(voice.gettext(word.heading), voice.gettext(word.sentence)) for word in WORDS]


def about_detector(voice: Voice) -> list[str]:
    """How turns are found, in plain paragraphs."""
    return [voice.gettext(told.sentence) for told in DETECTOR]
