"""The texts that readers see, found in code and templates: ``make words``.

Says which have no Swedish yet, as entries to be filled in, and which entries of
``impact/translations/sv.po`` no text asks for any more.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import normalize, read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "impact" / "translations" / "sv.po"
# What stands in the first arguments of the functions that translate.
SPOKEN = {
    "_": ("id",),
    "gettext": ("id",),
    "mark": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
}
# Said before any language is known, to whoever starts the program.
ENGLISH_ALONE = {"SettingsError"}
# Fields that carry a text which was marked, or was an error's, where it arose.
CARRIED = {"message", "sentence", "what", "words", "new_words", "advice", "heading"}
_templates = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True)
class Text:
    """A message of the program: its id, perhaps a plural and a context, and where it stands."""

    id: str
    plural: str | None
    context: str | None
    where: str

    @property
    def key(self) -> tuple[str | None, str]:
        """What the catalogue knows it by."""
        return self.context, self.id


@dataclass(frozen=True)
class Call:
    """A call that translates: the strings that each argument may be, none where unknown."""

    function: str
    arguments: tuple[tuple[str, ...], ...]
    where: str
    is_marked_elsewhere: bool = False
    marked_for: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether its text can be read off the source, here or where it was marked."""
        return self.is_marked_elsewhere or (len(self._choices) == len(self._places) and all(self._choices))

    def texts(self) -> Iterator[Text]:
        """The messages of the call; none if they are not literally there."""
        for chosen in product(*self._choices):
            if len(chosen) == len(self._places):
                said = dict(zip(self._places, chosen, strict=True))
                for context in self.marked_for or (said.get("context"),):
                    yield Text(said["id"], said.get("plural"), context, self.where)

    @property
    def _places(self) -> tuple[str, ...]:
        return SPOKEN.get(self.function, ("id",))

    @property
    def _choices(self) -> tuple[tuple[str, ...], ...]:
        return self.arguments[: len(self._places)]


def calls() -> list[Call]:
    """Every call of code and templates that translates or raises an error for readers."""
    found = [call for path in python_files() for call in calls_in(_source(path), _name(path))]
    for path in sorted((ROOT / "templates").rglob("*.*")):
        found += template_calls_in(_source(path), _name(path))
    return found


def texts() -> list[Text]:
    """Every message of code and templates, in the order of the files."""
    return [text for call in calls() for text in call.texts()]


def calls_in(source: str, name: str) -> list[Call]:
    """The calls of one module that translate, or raise one of the errors for readers."""
    module = ast.parse(source)
    found = []
    for node in sorted(ast.walk(module), key=_position):
        function = _function(node)
        if not isinstance(node, ast.Call) or not (function in SPOKEN or function in reader_errors()):
            continue
        contexts = [word.value for word in node.keywords if function == "mark" and word.arg == "context"]
        found.append(
            Call(
                function,
                tuple(_strings(argument) for argument in node.args),
                f"{name}:{node.lineno}",
                bool(node.args) and Marks(module).cover(node.args[len(SPOKEN.get(function, ("id",))) - 1]),
                tuple(string for context in contexts for string in _strings(context)),
            )
        )
    return found


def template_calls_in(source: str, name: str) -> list[Call]:
    """The calls of one template that translate, its ``{% trans %}`` blocks among them."""
    return [
        Call(
            node.node.name,
            tuple(_template_strings(argument) for argument in node.args),
            f"{name}:{node.lineno}",
        )
        for node in _templates.parse(source).find_all(nodes.Call)
        if isinstance(node.node, nodes.Name) and node.node.name in SPOKEN
    ]


class Marks:
    """Says of an expression whether all that it may be was marked for the catalogue."""

    def __init__(self, module: ast.Module) -> None:
        self._module = module

    def cover(self, node: ast.expr | None) -> bool:
        """Whether the expression is made of marked texts alone."""
        match node:
            case ast.Call(func=ast.Name(id="mark")) | ast.Constant(value=None):
                return True
            case ast.Attribute(attr=attribute):
                return attribute in CARRIED
            case ast.IfExp(body=body, orelse=orelse):
                return self.cover(body) and self.cover(orelse)
            case ast.Dict(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(map(self.cover, parts))
            case ast.Subscript(value=whole) | ast.Call(func=ast.Attribute(value=whole, attr="get")):
                return self.cover(whole)
            case ast.Call(func=ast.Name(id=name)):
                return self._all(self._returned(name))
            case ast.Name(id=name):
                return self._all(self._assigned(name)) or any(self._imported(name))
        return False

    def _all(self, found: list[ast.expr | None]) -> bool:
        return bool(found) and all(map(self.cover, found))

    def _returned(self, name: str) -> list[ast.expr | None]:
        """What a function of the module returns."""
        return [
            part.value
            for node in self._module.body
            if isinstance(node, ast.FunctionDef) and node.name == name
            for part in ast.walk(node)
            if isinstance(part, ast.Return)
        ]

    def _assigned(self, name: str) -> list[ast.expr | None]:
        """What a name of the module is ever set to."""
        found: list[ast.expr | None] = []
        for node in ast.walk(self._module):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value):
                    found += [value] if target == name else []
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                    for place, part in enumerate(targets):
                        found += self._parts(value, place) if _identifier(part) == name else []
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                    found += [value] if target == name else []
                case ast.For(target=ast.Name(id=target), iter=value):
                    found += [value] if target == name else []
                case ast.comprehension(target=ast.Name(id=target), iter=value):
                    found += [value] if target == name else []
        return found

    def _parts(self, node: ast.expr | None, place: int) -> list[ast.expr | None]:
        """What stands at a place of the tuples that an expression may be."""
        match node:
            case ast.Tuple(elts=parts):
                return list(parts[place : place + 1])
            case ast.Dict(values=parts):
                return [found for part in parts for found in self._parts(part, place)]
            case ast.Subscript(value=ast.Name(id=name)):
                return [found for whole in self._assigned(name) for found in self._parts(whole, place)]
        return []

    def _imported(self, name: str) -> Iterator[bool]:
        """Whether the name is marked in the module that it comes from."""
        for node in ast.walk(self._module):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("impact."):
                for alias in node.names:
                    home = ROOT / (node.module.replace(".", "/") + ".py")
                    if (alias.asname or alias.name) == name and home.exists():
                        yield Marks(ast.parse(_source(home))).cover(ast.Name(id=alias.name))


@cache
def reader_errors() -> frozenset[str]:
    """The errors whose first argument is a sentence for readers."""
    known = {"ImpactError"}
    classes = [
        node
        for path in python_files()
        for node in ast.walk(ast.parse(_source(path)))
        if isinstance(node, ast.ClassDef)
    ]
    while new := {one.name for one in classes if {_identifier(base) for base in one.bases} & known} - known:
        known |= new
    return frozenset(known - ENGLISH_ALONE)


@cache
def python_files() -> tuple[Path, ...]:
    """The modules that may speak: the package but its language, and the migrations' frame."""
    package = [path for path in (ROOT / "impact").rglob("*.py") if path.name != "language.py"]
    return (*sorted(package), *sorted((ROOT / "migrations").glob("*.py")))


def catalogue() -> Catalog:
    """The Swedish catalogue as Babel reads it."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="sv", abort_invalid=True)


def missing(found: list[Text], known: Catalog) -> list[Text]:
    """The messages that have no Swedish, each once."""
    return list({text.key: text for text in found if not _is_translated(text, known)}.values())


def unused(found: list[Text], known: Catalog) -> list[str]:
    """The entries of the catalogue that no text asks for."""
    asked = {text.key for text in found}
    entries = [(entry.context, _first(entry.id)) for entry in known if entry.id]
    return [message for context, message in entries if (context, message) not in asked]


def _is_translated(text: Text, known: Catalog) -> bool:
    entry = known.get(text.id, text.context)
    if entry is None or isinstance(entry.id, str) != (text.plural is None):
        return False
    return bool(entry.string) and all(entry.string)


def _first(words: str | tuple[str, ...] | list[str]) -> str:
    return words if isinstance(words, str) else words[0]


def _strings(node: ast.expr) -> tuple[str, ...]:
    """The strings that an argument may be; empty if that cannot be read off it."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.IfExp(body=body, orelse=orelse) if _strings(body) and _strings(orelse):
            return _strings(body) + _strings(orelse)
    return ()


def _template_strings(node: nodes.Expr) -> tuple[str, ...]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
        either, other = _template_strings(node.expr1), _template_strings(node.expr2)
        return either + other if either and other else ()
    return ()


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _function(node: ast.AST) -> str:
    return _identifier(node.func) if isinstance(node, ast.Call) else ""


def _identifier(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _entry(text: Text) -> str:
    """An entry of the catalogue, to be filled in."""
    lines = [f"#: {text.where}"]
    if text.context is not None:
        lines.append(f"msgctxt {normalize(text.context)}")
    lines.append(f"msgid {normalize(text.id)}")
    if text.plural is None:
        lines.append('msgstr ""')
    else:
        lines += [f"msgid_plural {normalize(text.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join(lines)


def main() -> int:
    """Tell what is missing and what is unused; 1 if anything is."""
    found, known = texts(), catalogue()
    without, idle = missing(found, known), unused(found, known)
    hidden = [call for call in calls() if not call.is_readable]
    for text in without:
        print(_entry(text), end="\n\n")
    for message in idle:
        print(f"# no text asks for {normalize(message)}")
    for call in hidden:
        print(
            f"# {call.where}: {call.function}() gets a text that cannot be found; mark() it where it stands"
        )
    n_texts = len({text.key for text in found})
    print(
        f"{n_texts} texts, {len(without)} without Swedish, {len(idle)} unused, {len(hidden)} not to be found"
    )
    return 1 if without or idle or hidden else 0


if __name__ == "__main__":
    sys.exit(main())
