"""What people read of a target: where it stands, what it takes, where the pace leads.

One maker for page, mail, alt text and API, so that they cannot differ.
"""

from __future__ import annotations

from math import isclose

from impact.language import Voice, mark
from impact.semantics.direction import Direction
from impact.semantics.pace import Pace
from impact.semantics.progress import Outlook, Progress, Standing
from impact.semantics.unit import Unit

_STANDINGS = {
    Standing.MET: mark("target met"),
    Standing.ON_TRACK: mark("on track to the target"),
    Standing.BEHIND: mark("behind the target"),
    Standing.WRONG_WAY: mark("away from the target"),
    Standing.OUT_OF_REACH: mark("the target cannot be reached"),
    Standing.MISSED: mark("target missed"),
    Standing.PACE_UNKNOWN: mark("pace not known yet"),
    Standing.NOT_COMPARABLE: mark("not comparable with the target"),
    Standing.NO_JUDGEMENT: mark("not judged"),
}
# By: the standing, and whether the value is that of the target's own period.
_OUTCOMES = {
    (Standing.MET, True): mark("It was met: the value was %(value)s."),
    (Standing.MISSED, True): mark("It was missed: the value was %(value)s."),
    (Standing.MET, False): mark(
        "There is no value for %(period)s; that for %(now)s is %(value)s, and meets it."
    ),
    (Standing.MISSED, False): mark(
        "There is no value for %(period)s; that for %(now)s is %(value)s, and misses it."
    ),
}
MOST_DECIMALS_MORE = 2


def standing_words(standing: Standing, voice: Voice) -> str:
    """The standing in a few words: behind the target."""
    return voice.gettext(_STANDINGS[standing])


def progress_sentence(progress: Progress, unit: Unit, voice: Voice) -> str:
    """Target, pace needed, pace kept and where it leads, in whole plain sentences.

    Args:
        progress: how the series stands against its target.
        unit: the unit of its values.
        voice: the language to speak.
    """
    teller = _Teller(progress, unit, voice)
    return " ".join(part for part in (teller.target(), teller.paces(), teller.judgement()) if part)


class _Teller:
    def __init__(self, progress: Progress, unit: Unit, voice: Voice) -> None:
        self.progress, self.unit, self.voice = progress, unit, voice
        self.period = progress.promise.target[0].label(voice)
        self.is_over = not progress.years_left and progress.standing is not Standing.NOT_COMPARABLE

    def target(self) -> str:
        """The target for 2027 is 75 %."""
        promise, voice = self.progress.promise, self.voice
        low, high = promise.reached
        if promise.direction is Direction.BAND and low < high:
            # fmt: off
            message = (
                mark("The target for %(period)s was to lie between %(low)s and %(high)s.") if self.is_over
                else mark("The target for %(period)s is to lie between %(low)s and %(high)s.")
            )
            # fmt: on
            bare = voice.number(low, 0 if low == round(low) else self.unit.decimals)
            top = self.unit.stated_text(high, voice)
            return voice.gettext(message, period=self.period, low=bare, high=top)
        message = (
            mark("The target for %(period)s was %(value)s.")
            if self.is_over
            else mark("The target for %(period)s is %(value)s.")
        )
        return voice.gettext(
            message, period=self.period, value=self.unit.stated_text(promise.target[1], voice)
        )

    def paces(self) -> str:
        """It takes +2,1 percentage points per year; since 2021 the pace has been +0,8."""
        progress, voice = self.progress, self.voice
        if progress.needed is None:
            return ""
        kept = progress.kept
        if progress.years_left < 1:
            change = progress.needed * progress.years_left
            needed = voice.gettext("%(change)s until then", change=self.unit.change_text(change, voice))
            if kept is None:
                return voice.gettext("It takes %(needed)s.", needed=needed)
            decimals = self.unit.pace_decimals(kept.per_year)
            pace = self.unit.pace_text(kept.per_year, voice, decimals) + self._interval(kept, decimals)
        else:
            decimals = self._decimals()
            needed = self.unit.pace_text(progress.needed, voice, decimals)
            if kept is None:
                return voice.gettext("It takes %(needed)s.", needed=needed)
            pace = voice.number(kept.per_year, decimals, signed=True) + self._interval(kept, decimals)
        return voice.gettext(
            "It takes %(needed)s; since %(since)s the pace has been %(kept)s.",
            needed=needed,
            since=kept.since.label(voice),
            kept=pace,
        )

    def judgement(self) -> str:
        """What that means for the target."""
        progress, voice = self.progress, self.voice
        match progress.standing:
            case Standing.MET:
                return self._met()
            case Standing.MISSED:
                return self._outcome()
            case Standing.ON_TRACK if progress.sure:
                return voice.gettext("At that pace the target is met.")
            case Standing.ON_TRACK:
                return self._unsure()
            case Standing.BEHIND:
                return self._behind()
            case Standing.WRONG_WAY:
                return voice.gettext("It is going the wrong way.")
            case Standing.OUT_OF_REACH:
                return self._out_of_reach()
            case Standing.PACE_UNKNOWN:
                return voice.gettext("There are too few measurements to tell the pace.")
            case Standing.NOT_COMPARABLE:
                return self._not_comparable()
            case _:
                return self._not_judged()

    def _met(self) -> str:
        outlook, promise = self.progress.outlook, self.progress.promise
        if self.is_over:
            return self._outcome()
        met = self.voice.gettext(
            "It is met already: %(value)s (%(now)s).", value=self._value(self._now()), now=self._now_period()
        )
        kept = self.progress.kept
        if outlook is None or kept is None or promise.goal_from(outlook.value) == outlook.value:
            return met
        pace = self.unit.pace_text(kept.per_year, self.voice)
        lost = self.voice.gettext(
            "But since %(since)s the pace has been %(kept)s, which leads to about %(value)s in %(period)s.",
            since=kept.since.label(self.voice),
            kept=pace,
            value=self._value(outlook.value),
            period=self.period,
        )
        return f"{met} {lost}"

    def _outcome(self) -> str:
        is_own = self.progress.now.period.position <= self.progress.promise.target[0].position
        return self.voice.gettext(
            _OUTCOMES[self.progress.standing, is_own],
            value=self._value(self._now()),
            period=self.period,
            now=self._now_period(),
        )

    def _unsure(self) -> str:
        """Either the pace may be too slow, or a limit takes what it has to spare."""
        needed, kept = self.progress.needed or 0.0, self.progress.kept
        ends = [] if kept is None or kept.low is None or kept.high is None else [kept.low, kept.high]
        if all(end * needed > 0 and abs(end) >= abs(needed) for end in ends):
            return self.voice.gettext("At that pace the target is only just met.")
        return self.voice.gettext("At that pace the target is met, but the pace is uncertain.")

    def _behind(self) -> str:
        outlook, voice = self.progress.outlook, self.voice
        if outlook is None:
            return ""
        decimals = self._outlook_decimals(outlook)
        about = self.unit.value_text(outlook.value, voice, decimals)
        if outlook.low is not None and outlook.high is not None:
            low = voice.number(outlook.low, decimals)
            high = voice.number(outlook.high, decimals)
            with_unit = self.unit.value_text(outlook.high, voice, decimals)
            if low != high:
                about = voice.gettext(
                    "%(value)s (between %(low)s and %(high)s)", value=about, low=low, high=with_unit
                )
        if not outlook.slowed:
            return voice.gettext(
                "That is not enough: it leads to about %(value)s in %(period)s.",
                value=about,
                period=self.period,
            )
        lowest, highest = self.unit.range
        limit = highest if outlook.value > self._now() else lowest
        return voice.gettext(
            "Near %(limit)s the pace usually slackens: expect about %(value)s in %(period)s.",
            limit=self.unit.stated_text(limit, voice),
            value=about,
            period=self.period,
        )

    def _out_of_reach(self) -> str:
        lowest, highest = self.unit.range
        if self.progress.promise.goal_from(self._now()) > highest:
            return self.voice.gettext(
                "It cannot be reached: no value is higher than %(limit)s.",
                limit=self.unit.stated_text(highest, self.voice),
            )
        return self.voice.gettext(
            "It cannot be reached: no value is lower than %(limit)s.",
            limit=self.unit.stated_text(lowest, self.voice),
        )

    def _not_comparable(self) -> str:
        changed, baseline = self.progress.new_definition, self.progress.promise.baseline
        if changed is None:
            return ""
        first, voice = changed.label(self.voice), self.voice
        if baseline is None or not baseline[0] < changed <= self.progress.now.period:
            return voice.gettext(
                "It cannot be compared: the definition changes from %(first)s on.", first=first
            )
        return voice.gettext(
            "It cannot be compared: the definition changed from %(first)s on, after the baseline "
            "(%(baseline)s).",
            first=first,
            baseline=baseline[0].label(voice),
        )

    def _not_judged(self) -> str:
        """A context indicator says nothing more: no way is better."""
        promise = self.progress.promise
        if promise.baseline is None or promise.direction not in {Direction.INCREASE, Direction.DECREASE}:
            return ""
        return self.voice.gettext(
            "It lies the wrong way from the baseline (%(value)s), so the pace cannot be judged.",
            value=self._value(promise.baseline[1]),
        )

    def _interval(self, kept: Pace, decimals: int) -> str:
        if kept.low is None or kept.high is None:
            return ""
        low, high = (self.voice.number(end, decimals, signed=True) for end in (kept.low, kept.high))
        if low == high:
            return ""
        return " " + self.voice.gettext("(between %(low)s and %(high)s)", low=low, high=high)

    def _decimals(self) -> int:
        """Decimals that tell the pace needed from the pace kept."""
        needed, kept = self.progress.needed or 0.0, self.progress.kept
        if kept is None:
            return self.unit.pace_decimals(needed)
        paces = needed, kept.per_year
        fewest = max(self.unit.decimals, 1)
        decimals = max(min(self.unit.pace_decimals(pace), fewest) for pace in paces)
        most = decimals + MOST_DECIMALS_MORE
        while decimals < most and not self._are_told_apart(*paces, decimals):
            decimals += 1
        return decimals

    def _are_told_apart(self, needed: float, kept: float, decimals: int) -> bool:
        if not round(needed, decimals):
            return False
        alike = self.progress.standing is Standing.ON_TRACK or isclose(needed, kept)
        return alike or round(needed, decimals) != round(kept, decimals)

    def _outlook_decimals(self, outlook: Outlook) -> int:
        """Decimals that tell a value that is not enough from the target."""
        goal, decimals = self.progress.promise.goal_from(self._now()), self.unit.decimals
        most = decimals + MOST_DECIMALS_MORE
        while decimals < most and round(outlook.value, decimals) == round(goal, decimals):
            decimals += 1
        return decimals

    def _value(self, value: float) -> str:
        return self.unit.value_text(value, self.voice)

    def _now(self) -> float:
        return self.progress.now.value or 0.0

    def _now_period(self) -> str:
        return self.progress.now.period.label(self.voice)
