"""What people read of a target, in both languages, for every standing."""

from __future__ import annotations

import pytest

from impact.language import speak
from impact.semantics.direction import Direction
from impact.semantics.pace import Pace
from impact.semantics.period import parse_period, year_period
from impact.semantics.progress import Progress, Standing, judge_progress
from impact.semantics.progress_words import progress_sentence, standing_words
from impact.semantics.series import Point, Series
from impact.semantics.unit import Unit
from tests.semantics.test_progress import COUNT, SHARE, judged, series

CASES = {
    "on track": (
        judged(series(2021, 60, 63, 66, 68.7), 75),
        "Målvärdet för 2027 är 75 %. Det kräver +2,1 procentenheter per år; sedan 2021 har takten "
        "varit +2,9. I den takten nås målvärdet.",
        "The target for 2027 is 75%. It takes +2.1 percentage points per year; since 2021 the pace has been "
        "+2.9. At that pace the target is met.",
    ),
    "on track, an interval that rounds to one number": (
        judged(
            series(2021, 130, 124, 118, 112, unit=COUNT, direction="decrease"),
            100,
            trend=Pace(-6, year_period(2021), -6.3, -5.7),
        ),
        "Målvärdet för 2027 är 100. Det kräver −4 per år; sedan 2021 har takten varit −6. "
        "I den takten nås målvärdet.",
        "The target for 2027 is 100. It takes −4 per year; since 2021 the pace has been −6. "
        "At that pace the target is met.",
    ),
    "on track, unsure": (
        judged(series(2021, 60, 63, 66, 68.7), 75, trend=Pace(2.9, year_period(2021), 0.5, 5)),
        "Målvärdet för 2027 är 75 %. Det kräver +2,1 procentenheter per år; sedan 2021 har takten varit +2,9 "
        "(mellan +0,5 och +5,0). I den takten nås målvärdet, men takten är osäker.",
        "The target for 2027 is 75%. It takes +2.1 percentage points per year; since 2021 the pace has been "
        "+2.9 (between +0.5 and +5.0). At that pace the target is met, but the pace is uncertain.",
    ),
    "on track, only just": (
        judged(series(2020, 66, 73, 80, 88), 95, 2025, trend=Pace(4.9, year_period(2020), 4.7, 5.1)),
        "Målvärdet för 2025 är 95 %. Det kräver +3,5 procentenheter per år; sedan 2020 har takten varit +4,9 "
        "(mellan +4,7 och +5,1). I den takten nås målvärdet nätt och jämnt.",
        "The target for 2025 is 95%. It takes +3.5 percentage points per year; since 2020 the pace has been "
        "+4.9 (between +4.7 and +5.1). At that pace the target is only just met.",
    ),
    "behind, standing still": (
        judged(series(2020, 66, 66, 66, 66, unit=COUNT), 72, trend=Pace(0.04, year_period(2012), -0.1, 0.1)),
        "Målvärdet för 2027 är 72. Det kräver +1,5 per år; sedan 2012 har takten varit ±0,0 "
        "(mellan −0,1 och +0,1). Det räcker inte: takten leder till omkring 66 för 2027.",
        "The target for 2027 is 72. It takes +1.5 per year; since 2012 the pace has been ±0.0 "
        "(between −0.1 and +0.1). That is not enough: it leads to about 66 in 2027.",
    ),
    "behind": (
        judged(series(2021, 66.3, 67, 68, 68.7), 75, trend=Pace(0.8, year_period(2021), 0.2, 1.4)),
        "Målvärdet för 2027 är 75 %. Det kräver +2,1 procentenheter per år; sedan 2021 har takten varit +0,8 "
        "(mellan +0,2 och +1,4). Det räcker inte: takten leder till omkring 71,1 % (mellan 69,3 och 72,9 %) "
        "för 2027.",
        "The target for 2027 is 75%. It takes +2.1 percentage points per year; since 2021 the pace has been "
        "+0.8 (between +0.2 and +1.4). That is not enough: it leads to about 71.1% (between 69.3 and 72.9%) "
        "in 2027.",
    ),
    "behind near the limit": (
        judged(series(2019, 84, 86, 88, 90, 92, 94), 98, 2026),
        "Målvärdet för 2026 är 98 %. Det kräver +2,0 procentenheter per år; sedan 2019 har takten "
        "varit +2,0. Nära 100 % brukar takten avta: räkna med omkring 96,9 % för 2026.",
        "The target for 2026 is 98%. It takes +2.0 percentage points per year; since 2019 the pace has been "
        "+2.0. Near 100% the pace usually slackens: expect about 96.9% in 2026.",
    ),
    "behind near zero": (
        judged(series(2019, 40, 36, 32, 28, 24, 20, unit=COUNT, direction="decrease"), 0, 2029),
        "Målvärdet för 2029 är 0. Det kräver −4 per år; sedan 2019 har takten varit −4. "
        "Nära 0 brukar takten avta: räkna med omkring 3 för 2029.",
        "The target for 2029 is 0. It takes −4 per year; since 2019 the pace has been −4. "
        "Near 0 the pace usually slackens: expect about 3 in 2029.",
    ),
    "just behind": (
        judged(series(2019, 0, 1, 0, 2, unit=COUNT), 5, 2026),
        "Målvärdet för 2026 är 5. Det kräver +0,8 per år; sedan 2019 har takten varit +0,7. "
        "Det räcker inte: takten leder till omkring 4,7 för 2026.",
        "The target for 2026 is 5. It takes +0.8 per year; since 2019 the pace has been +0.7. "
        "That is not enough: it leads to about 4.7 in 2026.",
    ),
    "behind a band": (
        judged(series(2021, 30, 29, 28, 27, unit=COUNT, direction="band", band=(15, 20)), 18),
        "Målvärdet för 2027 är mellan 15 och 20. Det kräver −2,3 per år; sedan 2021 har takten "
        "varit −1,0. Det räcker inte: takten leder till omkring 24 för 2027.",
        "The target for 2027 is to lie between 15 and 20. It takes −2.3 per year; since 2021 the pace has "
        "been −1.0. That is not enough: it leads to about 24 in 2027.",
    ),
    "the wrong way": (
        judged(series(2021, 70, 69, 66, 65), 75),
        "Målvärdet för 2027 är 75 %. Det kräver +3,3 procentenheter per år; sedan 2021 har takten "
        "varit −1,7. Det går åt fel håll.",
        "The target for 2027 is 75%. It takes +3.3 percentage points per year; since 2021 the pace has been "
        "−1.7. It is going the wrong way.",
    ),
    "out of reach": (
        judged(series(2021, 70, 72, 73), 105),
        "Målvärdet för 2027 är 105 %. Det går inte att nå: inget värde är högre än 100 %.",
        "The target for 2027 is 105%. It cannot be reached: no value is higher than 100%.",
    ),
    "out of reach below": (
        judged(series(2021, 4, 3, 2, unit=COUNT, direction="decrease"), -1),
        "Målvärdet för 2027 är −1. Det går inte att nå: inget värde är lägre än 0.",
        "The target for 2027 is −1. It cannot be reached: no value is lower than 0.",
    ),
    "met before its time": (
        judged(series(2021, 70, 72, 75, 76), 75),
        "Målvärdet för 2027 är 75 %. Det är redan nått: 76,0 % (2024).",
        "The target for 2027 is 75%. It is met already: 76.0% (2024).",
    ),
    "met and being lost": (
        judged(series(2021, 70, 79, 78, 76), 75, trend=Pace(-1, year_period(2022), -2, -0.5)),
        "Målvärdet för 2027 är 75 %. Det är redan nått: 76,0 % (2024). Men sedan 2022 har takten varit −1,0 "
        "procentenheter per år, och den leder till omkring 73,0 % för 2027.",
        "The target for 2027 is 75%. It is met already: 76.0% (2024). But since 2022 the pace has been −1.0 "
        "percentage points per year, which leads to about 73.0% in 2027.",
    ),
    "met in its time": (
        judged(series(2021, 70, 72, 76, 71), 75, 2023),
        "Målvärdet för 2023 var 75 %. Det nåddes: värdet blev 76,0 %.",
        "The target for 2023 was 75%. It was met: the value was 76.0%.",
    ),
    "met in a band": (
        judged(series(2021, 30, 22, 17, unit=COUNT, direction="band", band=(15, 20)), 18, 2023),
        "Målvärdet för 2023 var mellan 15 och 20. Det nåddes: värdet blev 17.",
        "The target for 2023 was to lie between 15 and 20. It was met: the value was 17.",
    ),
    "met as far as one can tell": (
        judged(series(2021, 70, 72, None, 76), 75, 2023),
        "Målvärdet för 2023 var 75 %. Värde saknas för 2023; det för 2024 är 76,0 % och når målvärdet.",
        "The target for 2023 was 75%. There is no value for 2023; that for 2024 is 76.0%, and meets it.",
    ),
    "missed": (
        judged(series(2021, 70, 71, 72, 79), 75, 2023),
        "Målvärdet för 2023 var 75 %. Det nåddes inte: värdet blev 72,0 %.",
        "The target for 2023 was 75%. It was missed: the value was 72.0%.",
    ),
    "missed as far as one can tell": (
        judged(series(2021, 70, 71, None, 73), 75, 2023),
        "Målvärdet för 2023 var 75 %. Värde saknas för 2023; det för 2024 är 73,0 % och når inte målvärdet.",
        "The target for 2023 was 75%. There is no value for 2023; that for 2024 is 73.0%, and misses it.",
    ),
    "pace unknown": (
        judged(series(2024, 70), 75),
        "Målvärdet för 2027 är 75 %. Det kräver +1,7 procentenheter per år. "
        "Det finns för få mätningar för att säga hur takten är.",
        "The target for 2027 is 75%. It takes +1.7 percentage points per year. "
        "There are too few measurements to tell the pace.",
    ),
    "not comparable": (
        judged(series(2021, 70, 71, 72, 73, breaks=(year_period(2023),)), 75),
        "Målvärdet för 2027 är 75 %. Det går inte att jämföra: definitionen ändrades från och med 2023, "
        "efter utgångsvärdet (2021).",
        "The target for 2027 is 75%. It cannot be compared: the definition changed from 2023 on, "
        "after the baseline (2021).",
    ),
    "not comparable any more": (
        judged(series(2021, 70, 71, 72, 73, breaks=(year_period(2026),)), 75),
        "Målvärdet för 2027 är 75 %. Det går inte att jämföra: definitionen ändras från och med 2026.",
        "The target for 2027 is 75%. It cannot be compared: the definition changes from 2026 on.",
    ),
    "against the direction": (
        judged(series(2021, 80, 79, 78), 76),
        "Målvärdet för 2027 är 76 %. Det ligger åt fel håll från utgångsvärdet (80,0 %), "
        "så takten går inte att bedöma.",
        "The target for 2027 is 76%. It lies the wrong way from the baseline (80.0%), "
        "so the pace cannot be judged.",
    ),
    "context": (
        judged(series(2021, 70, 71, 72, 73, direction="context"), 75),
        "Målvärdet för 2027 är 75 %. Det kräver +0,7 procentenheter per år; sedan 2021 har takten "
        "varit +1,0.",
        "The target for 2027 is 75%. It takes +0.7 percentage points per year; since 2021 the pace has been "
        "+1.0.",
    ),
}  # fmt: skip


COUNTED = {
    "on track, an interval that rounds to one number",
    "behind near zero", "just behind", "behind a band", "out of reach below", "met in a band",
    "behind, standing still",
}  # fmt: skip


def told(progress: Progress, language: str, unit: Unit = SHARE) -> str:
    """The sentence with plain spaces."""
    return progress_sentence(progress, unit, speak(language)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("case", CASES)
def test_tells_target_paces_and_outlook_in_both_languages(case):
    """Every standing has its sentences, with years, values, unit and interval."""
    progress, swedish, english = CASES[case]
    unit = COUNT if case in COUNTED else SHARE
    assert told(progress, "sv", unit) == swedish
    assert told(progress, "en", unit) == english


def test_has_a_case_for_every_standing():
    """Nothing is left unsaid."""
    assert {progress.standing for progress, _, _ in CASES.values()} == set(Standing)


@pytest.mark.parametrize("standing", Standing)
def test_names_a_standing_in_few_words(standing):
    """Short, different in both languages and in all standings."""
    swedish, english = (standing_words(standing, speak(language)) for language in ("sv", "en"))
    assert swedish != english
    assert max(len(swedish), len(english)) <= 34
    assert len({standing_words(each, speak("sv")) for each in Standing}) == len(Standing)


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("sv", "Målvärdet för oktober 2024 är 99,5 %. Det kräver +1,5 procentenheter till dess; sedan"),
        ("en", "The target for October 2024 is 99.5%. It takes +1.5 percentage points until then; since"),
    ],
)
def test_tells_the_whole_change_when_less_than_a_year_is_left(language, start):
    """A share of 98 % never needs three points a year, which no share can gain."""
    surveys = [
        Point(parse_period(f"{year}-04-01..{year}-04-30"), 98.0 + year - 2024) for year in (2022, 2024)
    ]
    measured = Series(tuple(surveys), SHARE, Direction.INCREASE)
    progress = judge_progress(measured, None, [(parse_period("2024-10-01..2024-10-31"), 99.5)])
    assert told(progress, language).startswith(start)
