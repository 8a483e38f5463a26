"""The words of mails: templates of subject, text and HTML, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from impact.language import Voice

PACKAGE = Path(__file__).parent.parent
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Wording:
    """What a mail says: its subject, as text alone, and as HTML with inlined style."""

    subject: str
    text: str
    html: str


def word(name: str, voice: Voice, **facts: Any) -> Wording:
    """The mail of a template folder, filled with facts.

    A fact that a template asks for and nobody gave is an error: no mail goes out with holes.
    """
    said = {"voice": voice, "_": voice.gettext, "ngettext": voice.ngettext, **facts}
    return Wording(
        subject=_filled(f"{name}/subject.txt", said),
        text=_filled(f"{name}/body.txt", said),
        html=_inliner.inline(_filled(f"{name}/body.html", said)),
    )


def _filled(template: str, said: Mapping[str, Any]) -> str:
    return _environment().get_template(template).render(said)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_templates() / "email"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _templates() -> Path:
    """The templates: inside the package in a wheel, beside it in a checkout."""
    return next(home / "templates" for home in (PACKAGE, PACKAGE.parent) if (home / "templates").is_dir())
