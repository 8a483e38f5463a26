"""What the portfolio page says of its sums and of what turned in a project."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from impact.language import Voice
from impact.monitoring.portfolio import PortfolioRow
from impact.monitoring.portfolio_totals import LikeForLike, Totals
from impact.monitoring.tables import FlagDirection
from impact.reporting.project_facts import rounded_amount_text

SIGNS = {FlagDirection.TO_WORSE: "▼", FlagDirection.TO_BETTER: "▲", FlagDirection.NEUTRAL: "◆"}
MEANINGS = {FlagDirection.TO_WORSE: "worse", FlagDirection.TO_BETTER: "better", FlagDirection.NEUTRAL: ""}


def turned_cell(row: PortfolioRow, voice: Voice) -> Markup:
    """What turned in a project, each way in its own colour: ▼ 1 for the worse, ▲ 2 for the better."""
    words = {
        FlagDirection.TO_WORSE: voice.gettext("for the worse"),
        FlagDirection.TO_BETTER: voice.gettext("for the better"),
        FlagDirection.NEUTRAL: voice.gettext("turned"),
    }
    turned = [
        Markup('<span class="way {}">{} {} {}</span>').format(
            MEANINGS[way], SIGNS[way], voice.number(n, 0), words[way]
        )
        for way in words
        if (n := row.n_flags.get(way, 0))
    ]
    if turned:
        return Markup(" ").join(turned)
    if not row.n_indicators:
        return Markup("")
    return escape(voice.ngettext("None of %(n)s", "None of %(n)s", row.n_indicators))


def total_cards(totals: Totals, voice: Voice) -> list[dict[str, Any]]:
    """The arguments of the macro ``stats``: projects, loans by currency, people."""
    n = totals.n_projects
    cards = [_card(voice.number(n, 0), voice.ngettext("project", "projects", n))]
    for currency, amount in totals.loans.items():
        words = voice.gettext("in loans")
        cards.append(
            _card(rounded_amount_text(amount, currency, voice), words, _of(totals.n_with_loan, n, voice))
        )
    if totals.n_people:
        words = voice.gettext("people in target populations")
        cards.append(_card(voice.number(totals.n_people, 0), words, _of(totals.n_with_people, n, voice)))
    return cards


def like_for_like_table(found: LikeForLike, voice: Voice) -> dict[str, Any]:
    """Caption, columns, rows and footnote of the two years beside each other."""
    before, after = found.earlier, found.later
    rows = [
        _line(voice.ngettext("project", "projects", 2), before.n_projects, after.n_projects, voice),
        *(
            [
                voice.gettext("in loans"),
                rounded_amount_text(before.loans.get(currency, 0), currency, voice),
                rounded_amount_text(after.loans.get(currency, 0), currency, voice),
                _change(after.loans.get(currency, 0) - before.loans.get(currency, 0), currency, voice),
            ]
            for currency in sorted({*before.loans, *after.loans})
        ),
        _line(voice.gettext("people in target populations"), before.n_people, after.n_people, voice),
    ]
    note = voice.ngettext(
        "Only the member that had projects in both years is counted.",
        "Only the %(n)s members that had projects in both years are counted.",
        found.n_members,
    )
    if found.n_undated:
        left_out = voice.ngettext(
            "One project without a start is left out.",
            "%(n)s projects without a start are left out.",
            found.n_undated,
        )
        note = f"{note} {left_out}"
    return {
        "columns": [
            {"label": voice.gettext("Sum")},
            {"label": str(found.earlier_year), "kind": "number"},
            {"label": str(found.later_year), "kind": "number"},
            {"label": voice.gettext("Difference"), "kind": "number"},
        ],
        "rows": [[label[:1].upper() + label[1:], *rest] for label, *rest in rows],
        "note": note,
    }


def _card(text: str, words: str, detail: str = "") -> dict[str, Any]:
    # What is counted in stands small beside the amount, which ends with its last figure.
    end = max(place for place, sign in enumerate(text, start=1) if sign.isdigit())
    return {
        "number": text[:end],
        "unit": text[end:].strip(),
        "words": f"{words} ({detail})" if detail else words,
        "meaning": None,
        "href": None,
    }


def _line(label: str, before: int, after: int, voice: Voice) -> list[str]:
    change = voice.number(after - before, 0, signed=True)
    return [label, voice.number(before, 0), voice.number(after, 0), change]


def _change(amount: int, currency: str, voice: Voice) -> str:
    if amount == 0:
        return voice.number(0, 0, signed=True)
    sign = "+" if amount > 0 else "\N{MINUS SIGN}"
    return sign + rounded_amount_text(abs(amount), currency, voice)


def _of(n_known: int, n_all: int, voice: Voice) -> str:
    """How many projects a sum is of, where it is not of all."""
    if n_known == n_all:
        return ""
    return voice.ngettext(
        "stated for %(n)s of %(all)s projects",
        "stated for %(n)s of %(all)s projects",
        n_known,
        all=voice.number(n_all, 0),
    )
