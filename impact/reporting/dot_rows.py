"""The rows of a dot chart: where each series stands between its baseline and its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from impact.charts.dots import DotRow
from impact.charts.meaning import meaning_of_change
from impact.charts.style import Meaning
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.reporting.card_words import under_words
from impact.semantics.progress import Progress, Standing
from impact.semantics.progress_words import standing_words
from impact.semantics.promise import Stated
from impact.semantics.series import Status
from impact.trend.remarks import share_words

Promises = Mapping[int, tuple[Stated | None, tuple[Stated, ...]]]


def row_of(
    card: SeriesCard,
    promises: Promises,
    progress: Progress | None,
    voice: Voice,
    *,
    by_project: bool,
    with_project: bool,
) -> DotRow | None:
    """The row of a card; None where it lacks a value, a baseline or a target that can be compared.

    Args:
        by_project: it is headed by its project; else by its indicator.
        with_project: the project stands under the indicator.
    """
    baseline, targets = promises.get(card.summary.series_id, (None, ()))
    if progress is None or baseline is None or not targets or not card.series.measured:
        return None
    newest, target = progress.now, progress.promise.target
    if progress.standing is Standing.NOT_COMPARABLE or progress.promise.baseline is None:
        return None
    project = voice.pick(card.project.short_sv, card.project.short_en) if card.project else ""
    name = voice.pick(card.version.name_sv, card.version.name_en)
    row = DotRow(
        name=project if by_project else name,
        unit=card.series.unit,
        baseline=(baseline[1], baseline[0].label(voice)),
        newest=(newest.value or 0.0, newest.period.label(voice)),
        target=(target[1], target[0].label(voice)),
        under="" if by_project else under_words(card.series, voice, project if with_project else "", name),
        meaning=_meaning(card, baseline[1], newest.value or 0.0),
        preliminary=newest.status is Status.PRELIMINARY,
    )
    words = _words(row.way, progress, voice)
    return DotRow(**{**vars(row), "words": words})


def _meaning(card: SeriesCard, before: float, after: float) -> Meaning:
    return meaning_of_change(card.series, before, after)


def _words(way: float | None, progress: Progress, voice: Voice) -> str:
    """How far a series has come, and how it stands where that says more."""
    standing = standing_words(progress.standing, voice)
    if way is None or progress.standing in (Standing.MET, Standing.MISSED) or way >= 1 or way <= 0:
        return standing
    return voice.gettext("%(share)s of the way", share=share_words(way, voice)) + f", {standing}"


def dots_title(place: str, progress: Sequence[Progress], voice: Voice) -> str:
    """How many targets are met and how many are on track, in a sentence without its end."""
    if not progress:
        return place
    n_met = sum(each.standing is Standing.MET for each in progress)
    n_on_track = sum(each.standing is Standing.ON_TRACK for each in progress)
    return voice.ngettext(
        "%(place)s: %(met)s of one target met, %(on_track)s on track",
        "%(place)s: %(met)s of %(n)s targets met, %(on_track)s on track",
        len(progress),
        place=place,
        met=voice.number(n_met, 0),
        on_track=voice.number(n_on_track, 0),
    )
