"""The shape of the house: who may import whom, how long things get, which words we use.

A rule is a function from a module to what is wrong with it. Each is tried on the house and
on a snippet that breaks it, so that one sees it can fail.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
MOST_FUNCTIONS = 5

GROUND = {"collecting", "db", "errors", "language", "ordering"}
KERNELS = {"semantics", "trend", "charts"}
IN_ORDER = ["audit", "accounts", "registry", "monitoring", "reporting"]
FEATURES = {*IN_ORDER, "delivery", "exchange", "upkeep"}
START = {
    "settings",
    "setting_addresses",
    "setting_choices",
    "group_roles",
    "secret_key",
    "logs",
    "schema",
    "migrating",
    "safekeeping",
    "app",
}

MAY_IMPORT = {
    "errors": set(),
    "language": set(),
    "setting_addresses": set(),
    "setting_choices": set(),
    "group_roles": set(),
    "settings": {"errors", "language", "setting_addresses", "setting_choices", "group_roles"},
    "secret_key": {"errors", "settings"},
    "logs": {"settings"},
    "semantics": {"language"},
    "trend": {"semantics", "language"},
    "charts": {"semantics", "trend", "language"},
    "collecting": set(),
    "db": {"errors"},
    "ordering": set(),
    "schema": {"db", *FEATURES},
    "triggers": set(),
    "migrating": {"db", "errors", "schema", "triggers"},
    "audit": GROUND,
    "accounts": GROUND | {"audit"},
    "registry": GROUND | {"audit", "accounts", "semantics"},
    "monitoring": GROUND | {"audit", "accounts", "registry", "semantics", "trend"},
    "reporting": GROUND | KERNELS | {"audit", "accounts", "registry", "monitoring"},
    "delivery": GROUND | KERNELS | set(IN_ORDER),
    "exchange": GROUND | KERNELS | set(IN_ORDER),
    "safekeeping": GROUND | FEATURES | {"schema", "triggers", "migrating"},
    "upkeep": GROUND | set(IN_ORDER) | {"delivery"},
    "request_scope": GROUND | {"audit", "accounts", "settings"},
    "web": GROUND | KERNELS | FEATURES | {"request_scope", "settings", "setting_addresses", "group_roles"},
    "api": GROUND | KERNELS | FEATURES | {"request_scope", "settings"},
    "cli": GROUND | KERNELS | FEATURES | START | {"sample"},
    "clock": GROUND | KERNELS | FEATURES | {"settings", "secret_key", "logs"},
    "sample": GROUND | KERNELS | FEATURES,
    "blueprints": {"web", "api"},
    "app": GROUND | KERNELS | FEATURES | START | {"request_scope", "blueprints", "web", "api", "sample"},
    "impact": {"app"},
    "__main__": {"cli"},
}

# A face asks features, not tables: it needs the session's type and the errors alone.
SESSION = {"sqlalchemy.orm", "sqlalchemy.exc"}
FLASK = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug", "markupsafe"}
TYPEFACE = {"font_source_sans_pro"}
THIRD_PARTY = {
    "language": {"babel"},
    "logs": {"structlog"},
    "semantics": {"numpy"},
    "trend": {"numpy"},
    "charts": {"numpy", "matplotlib"} | TYPEFACE,
    "db": {"sqlalchemy"},
    "ordering": {"sqlalchemy"},
    "schema": {"sqlalchemy"},
    "triggers": {"sqlalchemy"},
    "migrating": {"alembic", "sqlalchemy"},
    "audit": {"sqlalchemy", "structlog"},
    "accounts": {"sqlalchemy", "structlog", "argon2"},
    "registry": {"sqlalchemy", "structlog"},
    "monitoring": {"sqlalchemy", "structlog"},
    "reporting": {"sqlalchemy", "structlog", "typst", "jinja2"},
    "delivery": {"sqlalchemy", "structlog", "jinja2", "css_inline"},
    "exchange": {"sqlalchemy", "structlog", "openpyxl", "xlsxwriter", "defusedxml"},
    "safekeeping": {"sqlalchemy"},
    "upkeep": {"sqlalchemy"},
    "request_scope": FLASK | SESSION | {"structlog"},
    "web": FLASK | SESSION | TYPEFACE | {"authlib", "joserfc", "marshmallow", "requests", "structlog"},
    "api": FLASK | SESSION | {"flask_smorest", "marshmallow", "structlog"},
    "cli": {"click", "alembic", "waitress", "gunicorn", "sqlalchemy", "structlog"},
    "clock": SESSION | {"apscheduler", "structlog"},
    "sample": {"sqlalchemy"},  # the one that removes what it loaded, past the triggers
    "blueprints": set(),
    "app": FLASK | SESSION | {"flask_smorest", "jinja2", "structlog"},
}

# Modules with more functions for others than five, each with how many; to be split, not to grow.
MANY_FUNCTIONS = {
    "impact.accounts.members": 10,
    "impact.accounts.signing_in": 10,
    "impact.charts.edges": 8,
    "impact.charts.layout": 6,
    "impact.charts.words": 11,
    "impact.migrating": 8,
    "impact.registry.lookup": 6,
    "impact.request_scope.work": 7,
    "impact.triggers": 6,
    "impact.web.telling": 9,
}
BANNED_MODULES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "services"}
BANNED_WORDS = {
    "metric": "indicator",
    "metrics": "indicators",
    "kpi": "indicator (KPI is Kolada's word)",
    "polarity": "direction",
    "timeline": "series",
    "datapoint": "measurement",
    "disagg": "disaggregation",
    "changepoint": "turning point, or level shift",
    "alert": "flag, or notice",
    "alerts": "flags, or notices",
    "notification": "outbox message, or notice",
    "mailing": "subscription",
    "util": "the idea itself",
    "utils": "the idea itself",
    "helper": "the idea itself",
    "helpers": "the idea itself",
}
BANNED_WORDS_ALLOWED = {("impact.exchange.kolada", "kpi")}


@dataclass(frozen=True)
class Module:
    """One module of the project, read but not imported."""

    name: str
    text: str

    @property
    def part(self) -> str:
        """The package or top-level module that it belongs to."""
        return self.name.split(".")[1] if "." in self.name else self.name

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    @cached_property
    def top(self) -> list[ast.stmt]:
        return ast.parse(self.text).body

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @property
    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with what is called, as written."""
        return ((node, ast.unparse(node.func)) for node in self.nodes if isinstance(node, ast.Call))


def _house() -> list[Module]:
    found = []
    for path in sorted((ROOT / "impact").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path.read_text(encoding="utf-8")))
    return found


HOUSE = _house()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _is_of_project(name: str) -> bool:
    return name.split(".")[0] == "impact"


def imports_only_what_its_place_allows(module: Module) -> Iterator[str]:
    if module.part not in MAY_IMPORT:
        yield "has no line in the table of import rules"
        return
    allowed = {module.part, *MAY_IMPORT[module.part]}
    for name in (name for node in module.nodes for name in _imported(node) if _is_of_project(name)):
        if name.split(".")[1] not in allowed | {"__version__"}:
            yield f"imports {name}"


def imports_only_libraries_of_its_place(module: Module) -> Iterator[str]:
    allowed = THIRD_PARTY.get(module.part, set())
    for name in (name for node in module.nodes for name in _imported(node) if not _is_of_project(name)):
        known = name.split(".")[0] in sys.stdlib_module_names
        if not known and not any(f"{name}.".startswith(f"{library}.") for library in allowed):
            yield f"imports {name}"


def names_its_imports_in_full(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}: relative import"


def imports_the_project_at_the_top_only(module: Module) -> Iterator[str]:
    for function in module.functions:
        for node in ast.walk(function):
            if any(map(_is_of_project, _imported(node))):
                yield f"{function.name} imports {', '.join(_imported(node))}"


def draws_without_pyplot(module: Module) -> Iterator[str]:
    for name in (name for node in module.nodes for name in _imported(node)):
        if {"pyplot", "pylab"} & set(name.split(".")):
            yield f"imports {name}"


def is_a_short_file(module: Module) -> Iterator[str]:
    n_lines = len(module.text.splitlines())
    if n_lines > LONGEST_FILE:
        yield f"has {n_lines} lines, more than {LONGEST_FILE}"


def has_short_functions(module: Module) -> Iterator[str]:
    for function in module.functions:
        n_lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if n_lines > LONGEST_FUNCTION:
            yield f"{function.name} has {n_lines} lines, more than {LONGEST_FUNCTION}"


def has_a_name_that_says_something(module: Module) -> Iterator[str]:
    if BANNED_MODULES & set(module.name.split(".")):
        yield "has a name under which anything would fit"


def offers_few_names(module: Module) -> Iterator[str]:
    """At most five functions for others; classes are words of the vocabulary, not counted.

    Routes, commands and the like are decorated: they are entries, not names for others.
    """
    names = [
        node.name
        for node in module.top
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _is_entry(node)
    ]
    if len(names) > MANY_FUNCTIONS.get(module.name, MOST_FUNCTIONS):
        yield f"offers {len(names)} functions: {', '.join(names)}"


def _is_entry(function: ast.FunctionDef) -> bool:
    return any(isinstance(decorator, ast.Call) for decorator in function.decorator_list)


def is_told_the_time(module: Module) -> Iterator[str]:
    if module.part not in KERNELS | FEATURES:
        return
    for call, name in module.calls:
        if re.search(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns))$", name):
            yield f"line {call.lineno}: reads the clock with {name}()"


def leaves_the_commit_to_its_caller(module: Module) -> Iterator[str]:
    if module.part not in FEATURES:
        return
    for call, name in module.calls:
        if name.endswith("session.commit"):
            yield f"line {call.lineno}: commits"


def changes_versioned_rows_one_by_one(module: Module) -> Iterator[str]:
    """A bulk update passes by the version, and with it the Conflict of two editors."""
    for call, name in module.calls:
        of = ast.unparse(call.args[0]) if call.args else name
        is_update = name.split(".")[-1] == "update"
        if is_update and of.split(".")[-1] in VERSIONED:
            yield f"line {call.lineno}: bulk update of {of}"
        if is_update and re.search(r"\bquery\(", name):
            yield f"line {call.lineno}: bulk update by a query"


def _versioned() -> set[str]:
    return {
        node.name
        for module in HOUSE
        for node in module.nodes
        if isinstance(node, ast.ClassDef) and "Versioned" in {ast.unparse(base) for base in node.bases}
    }


VERSIONED = _versioned() | {"Example"}


def speaks_the_words_of_the_glossary(module: Module) -> Iterator[str]:
    for identifier in sorted(set(_identifiers(module))):
        words = re.findall(r"[a-z]+|[A-Z][a-z]*", identifier)
        for word in {word.lower() for word in words} & set(BANNED_WORDS):
            if (module.name, word) not in BANNED_WORDS_ALLOWED:
                yield f"{identifier}: say {BANNED_WORDS[word]}, not {word}"


def _identifiers(module: Module) -> Iterator[str]:
    """Names that the module gives, not those that libraries gave."""
    yield module.name.split(".")[-1]
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


Rule = Callable[[Module], Iterator[str]]

# Each rule with a module that breaks it and one that keeps it.
TRIED_ON: list[tuple[Rule, tuple[str, str], tuple[str, str]]] = [
    (
        imports_only_what_its_place_allows,
        ("impact.trend.slopes", "from impact.registry import lookup"),
        ("impact.monitoring.board", "from impact.registry import lookup"),
    ),
    (
        imports_only_what_its_place_allows,
        ("impact.web.pages", "import impact.api.paging"),
        ("impact.errors", ""),
    ),
    (imports_only_what_its_place_allows, ("impact.novelty", ""), ("impact.db", "from impact import errors")),
    (
        imports_only_libraries_of_its_place,
        ("impact.registry.lookup", "from flask import g"),
        ("impact.web.pages", "from flask import g"),
    ),
    (
        imports_only_libraries_of_its_place,
        ("impact.web.pages", "from sqlalchemy import select"),
        ("impact.web.pages", "from sqlalchemy.orm import Session"),
    ),
    (imports_only_libraries_of_its_place, ("impact.app", "import config"), ("impact.app", "import os.path")),
    (names_its_imports_in_full, ("impact.app", "from . import db"), ("impact.app", "from impact import db")),
    (
        imports_the_project_at_the_top_only,
        ("impact.app", "def f():\n    from impact import db"),
        ("impact.app", "def f():\n    import matplotlib"),
    ),
    (
        draws_without_pyplot,
        ("impact.charts.marks", "from matplotlib import pyplot as plt"),
        ("impact.charts.marks", "from matplotlib.figure import Figure"),
    ),
    (is_a_short_file, ("impact.app", "a = 1\n" * 301), ("impact.app", "a = 1\n" * 300)),
    (
        has_short_functions,
        ("impact.app", "def f():\n" + "    a = 1\n" * 60),
        ("impact.app", "def f():\n" + "    a = 1\n" * 59),
    ),
    (has_a_name_that_says_something, ("impact.web.utils", ""), ("impact.web.paging", "")),
    (
        offers_few_names,
        ("impact.registry.planning", "".join(f"def f{n}(): ...\n" for n in range(6))),
        ("impact.web.pages", "".join(f"@pages.get('/')\ndef f{n}(): ...\n" for n in range(6))),
    ),
    (
        is_told_the_time,
        ("impact.registry.recording", "import datetime as dt\nat = dt.datetime.now(dt.UTC)"),
        ("impact.clock.jobs", "at = datetime.now(UTC)"),
    ),
    (
        leaves_the_commit_to_its_caller,
        ("impact.registry.recording", "def f(session): session.commit()"),
        ("impact.cli.users", "def f(session): session.commit()"),
    ),
    (
        changes_versioned_rows_one_by_one,
        ("impact.registry.recording", "session.execute(sa.update(tables.Example).values(a=1))"),
        ("impact.registry.recording", "facts.update(other)\nupdate(NotVersioned)"),
    ),
    (
        changes_versioned_rows_one_by_one,
        ("impact.registry.recording", "session.query(Anything).filter().update({})"),
        ("impact.registry.recording", "digest.update(b'')"),
    ),
    (
        speaks_the_words_of_the_glossary,
        ("impact.registry.lookup", "def load_kpi(): ..."),
        ("impact.exchange.kolada", "def load_kpi(): ..."),
    ),
    (
        speaks_the_words_of_the_glossary,
        ("impact.trend.x", "class MetricTable: ..."),
        ("impact.trend.x", "symmetric = 1"),
    ),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in TRIED_ON))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    """The house is as its rules say."""
    wrong = [f"{module.name}: {problem}" for module in HOUSE for problem in rule(module)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("rule", "broken", "kept"), TRIED_ON, ids=lambda value: getattr(value, "__name__", "")
)
def test_rule_finds_what_breaks_it(rule: Rule, broken: tuple[str, str], kept: tuple[str, str]) -> None:
    """A rule speaks up for a module that breaks it and is silent for one that keeps it."""
    assert list(rule(Module(*broken)))
    assert not list(rule(Module(*kept)))


def test_every_package_has_its_line_in_the_tables() -> None:
    """No rule is for a package that nobody could have meant."""
    assert set(THIRD_PARTY) <= set(MAY_IMPORT)
    assert set().union(*MAY_IMPORT.values()) <= set(MAY_IMPORT)


def test_versioned_tables_are_found() -> None:
    """The rule about bulk updates knows the tables it is about."""
    assert {"Indicator", "Measurement", "Flag"} <= VERSIONED
