"""The macros that pages are made of, rendered as a page would."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from impact.language import speak

TEMPLATES = Path(__file__).parents[2] / "templates"
# Mails have no content security policy; their style has to be in them.
PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if not path.is_relative_to(TEMPLATES / "email")
)


@pytest.fixture
def environment() -> Environment:
    """Jinja as the web face sets it up, speaking English."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)
    environment.globals.update(csrf_token=lambda: "token")
    return environment


def rendered(environment: Environment, source: str) -> str:
    """The HTML of a few lines of template."""
    return environment.from_string(source).render()


@pytest.mark.parametrize("page", PAGES)
def test_keeps_the_content_security_policy_when_a_template_is_written(environment, page):
    """No template carries a style attribute, an event handler or an inline script."""
    source = (TEMPLATES / page).read_text("utf-8")
    environment.get_template(page)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", source)
    assert all("src=" in tag and "nonce=" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_ties_help_and_error_to_the_field_when_it_was_filled_in_wrongly(environment):
    """A wrong field says so, keeps what was typed and names its error and help."""
    html = rendered(
        environment,
        """{% from "_parts/forms.html" import field %}
        {{ field("value", "Value", value="627", help="Comma or point.", error="Above 100.", unit="%") }}""",
    )
    assert 'value="627"' in html
    assert 'aria-invalid="true" aria-describedby="value-error value-unit value-help"' in html
    assert '<p class="error" id="value-error">Above 100.</p>' in html
    assert '<p class="help" id="value-help">Comma or point.</p>' in html


def test_leads_to_each_wrong_field_when_a_form_comes_back(environment):
    """The list on top of a form links to the fields it speaks of."""
    html = rendered(
        environment,
        """{% from "_parts/forms.html" import form %}
        {% call form("/x", version=3, errors={"reason": "Say why."}) %}{% endcall %}""",
    )
    assert '<a href="#reason">Say why.</a>' in html
    assert '<input type="hidden" name="csrf_token" value="token">' in html
    assert '<input type="hidden" name="version" value="3">' in html


@pytest.mark.parametrize(
    ("meaning", "mark"), [("better", "▲"), ("worse", "▼"), ("neither", "◆"), ("unknown", "–"), ("steady", "")]
)
def test_shows_mark_and_words_together_when_a_verdict_is_told(environment, meaning, mark):
    """The sign of a verdict is hidden from ears and stands beside its words."""
    html = rendered(
        environment,
        f'{{% from "_parts/board.html" import verdict %}}{{{{ verdict("{meaning}", "In words") }}}}',
    )
    assert f'<span class="mark" aria-hidden="true">{mark}</span> In words' in html


def test_escapes_what_people_wrote_when_a_row_is_drawn(environment):
    """A name with markup in it is shown as text."""
    html = rendered(
        environment,
        """{% from "_parts/board.html" import row %}
        {{ row("<script>alert(1)</script>", "worse", "<b>", context="<i>", sentence="<u>", value="<s>") }}""",
    )
    assert "&lt;script&gt;" in html
    assert not re.search(r"<(script|b|i|u|s)>", html)


def test_heads_columns_and_rows_when_a_table_is_drawn(environment):
    """A table names its columns and rows, aligns numbers and leads to its footnotes."""
    html = rendered(
        environment,
        """{% from "_parts/tables.html" import data_table %}
        {{ data_table("t", "Values", [{"label": "Year"}, {"label": "Value", "kind": "number"}],
                      [["2021", {"text": "64.1", "mark": 1}]], footnotes=["New survey."]) }}""",
    )
    assert '<th scope="col" class="number">Value</th>' in html
    assert '<th scope="row">2021</th>' in html
    assert '<td class="number">64.1<sup><a href="#t-note-1">1</a></sup></td>' in html
    assert '<li id="t-note-1">New survey.</li>' in html


def test_leaves_empty_facts_out_when_a_project_has_none(environment):
    """A label without a value is not shown."""
    html = rendered(
        environment,
        """{% from "_parts/facts.html" import facts %}
        {{ facts([("Member", ""), ("Borrower", ["A", "B"])]) }}""",
    )
    assert "Member" not in html
    assert "<ul><li>A</li><li>B</li></ul>" in html


@pytest.mark.parametrize("code", ["403", "404", "409", "422", "429", "500", "503"])
def test_gives_the_reference_number_when_a_request_fails(environment, code):
    """Every error page says what to do and shows the request's number, signed in or not."""
    environment.globals.update(
        voice=speak("en"),
        static_url=str,
        get_flashed_messages=lambda **_options: [],
        actor=None,
        reference="7f3a-91c2",
    )
    html = environment.get_template(f"errors/{code}.html").render()
    assert "7f3a-91c2" in html
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html


def test_asks_nothing_of_the_database_when_the_server_failed(environment):
    """The pages of server errors show neither places nor account nor notices."""

    def refuse(**_options):
        raise AssertionError("a failing page asked for what may have failed")

    environment.globals.update(
        voice=speak("en"),
        static_url=str,
        reference="7f3a-91c2",
        get_flashed_messages=refuse,
        csrf_token=refuse,
    )
    for code in ("500", "503"):
        assert "<nav" not in environment.get_template(f"errors/{code}.html").render()
