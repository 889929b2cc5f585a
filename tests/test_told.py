"""Every line that tells a person what is wrong has its French, and says it with the same values."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import depeche
from ingest.documents import Problem
from retrieval.errors import DepecheError
from retrieval.french import FRENCH
from retrieval.french.manual import MANUAL
from retrieval.manual import complete
from retrieval.told import Phrase, recovered, said
from tests.conftest import TOP

# What is made with texts for a person, and which of its arguments they are.
MAKERS = {
    "DepecheError": (0, 1), "StoreError": (0, 1), "UsageError": (0, 1), "OtherModelError": (0, 1), "FetchError": (0, 1), "RedirectError": (0, 1), "GivenUpError": (0, 1),
    "_FaultError": (0, 1), "NoArticleError": (0,), "Problem": (0, 1, 2), "Finding": (0, 2, 3), "BadParameter": (0,), "tell": (0,), "say": (0,), "give": (0,), "from_hub": (2,), "open_cross_encoder": (0, 2),
}  # fmt: skip
FIXED = re.compile(r"[\d.]*")  # a version, nothing
SOURCES = sorted([TOP / "depeche.py", *(file for room in ("bot", "ingest", "retrieval") for file in (TOP / room).rglob("*.py"))])  # fmt: skip
TREES = {file: ast.parse(file.read_text()) for file in SOURCES if "french" not in file.parts}

Named = dict[str, list[ast.expr]]


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _assigned(tree: ast.AST) -> Named:
    """Return what each name is set to anywhere in a tree."""
    found: Named = {}
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []  # fmt: skip
        for target in targets:
            if isinstance(target, ast.Name) and node.value is not None:  # type: ignore[attr-defined]
                found.setdefault(target.id, []).append(node.value)  # type: ignore[attr-defined]
    return found


CONSTANTS: Named = {}
for _tree in TREES.values():
    for _name, _values in _assigned(_tree).items():
        if re.fullmatch(r"_?[A-Z][A-Z0-9_]+", _name):
            CONSTANTS.setdefault(_name, []).extend(_values)


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.expr, known: Named) -> Iterator[ast.expr]:
    """Yield the expressions that an argument's text may be, names looked up."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, known)
            yield from _texts(orelse, known)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value, known)
        case ast.Subscript(value=ast.Name(id=name)):
            for table in CONSTANTS.get(name, []):
                for value in table.values if isinstance(table, ast.Dict) else ():
                    yield from _texts(value, known)
        case ast.Name(id=name):
            for value in known.get(name) or CONSTANTS.get(name, []):
                if not (isinstance(value, ast.Name) and value.id == name):
                    yield from _texts(value, known)
        case _:
            yield node


Use = tuple[
    str, str, frozenset[str]
]  # where a text for a person is, its template (or code that is none), the names of its values


def _uses() -> Iterator[Use]:
    for file, tree in TREES.items():
        functions = (
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        for scope in (*functions, tree):
            known = _assigned(scope) if scope is not tree else {}
            for node in ast.walk(scope):
                if isinstance(node, ast.Call):
                    where = f"{file.relative_to(TOP)}:{node.lineno}"
                    yield from (
                        _made(where, node, known)
                        if _called(node.func) == "Phrase"
                        else _given(where, node, known)
                    )


def _made(where: str, call: ast.Call, known: Named) -> Iterator[Use]:
    """Yield the templates that a `Phrase` may be made of."""
    names = [keyword.arg for keyword in call.keywords]
    if None not in names:  # made anew of another's template
        for text in _texts(call.args[0], known):
            template = text.value if isinstance(text, ast.Constant) else ast.unparse(text)
            yield where, template, frozenset(map(str, names))


def _given(where: str, call: ast.Call, known: Named) -> Iterator[Use]:
    """Yield the texts that are given as they are; one that is put together in place is none of the catalogue's."""
    makers = MAKERS | {"ValueError": (0,)} if "settings.py:" in where else MAKERS
    for number in makers.get(_called(call.func), ()):
        for argument in call.args[number : number + 1]:
            for text in _texts(argument, known):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield where, text.value, frozenset()
                elif isinstance(text, ast.JoinedStr | ast.BinOp):
                    yield where, ast.unparse(text), frozenset()


USES = sorted({use for use in _uses() if not FIXED.fullmatch(use[1])})


def test_the_walk_finds_what_it_should() -> None:
    assert len(USES) > 250
    assert {where.partition("/")[0] for where, _, _ in USES} >= {"bot", "ingest", "retrieval"}


def test_every_text_has_its_french_with_the_same_values() -> None:
    assert [f"{where}: {text}" for where, text, _ in USES if text not in FRENCH and not _bare(text)] == []
    assert [f"{where}: {text}" for where, text, names in USES if names and names != _fields(text)] == []
    for template, french in FRENCH.items():
        if any(template == text and names for _, text, names in USES):
            assert _fields(french) == _fields(template), template


def _bare(template: str) -> bool:
    """Tell whether a template has no words of its own, or one that is the same in both languages."""
    return template in {"Python", "SQLite"} or not re.search(r"[^\W\d_]", re.sub(r"\{.*?\}", "", template))


@pytest.mark.parametrize("french", FRENCH.values())
def test_french_is_set_as_the_imprimerie_nationale_sets_it(french: str) -> None:
    assert not re.search(r" [:;?!»]|« |\w'\w", french)


def _commands(command: Any) -> Iterator[Any]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _commands(below)


def test_every_word_of_the_manual_has_its_french() -> None:
    there = [*_commands(complete(depeche.app))]
    assert len(there) > 15
    for command in there:
        assert {"--lang", "--help"} <= {name for param in command.params for name in param.opts}
        words = [command.help, *(param.help for param in command.params)]
        assert [one for one in words if one not in MANUAL] == []
        assert [one for param in command.params if isinstance(one := param.show_default, str) and one not in MANUAL] == []  # fmt: skip


@pytest.mark.parametrize("french", MANUAL.values())
def test_the_french_manual_is_set_as_the_imprimerie_nationale_sets_it(french: str) -> None:
    assert not re.search(r" [:;?!»]|« |\w'\w", french)


def test_an_error_is_told_with_what_it_quotes() -> None:
    inner = DepecheError(Phrase("{path} is no GGUF file", path="a.gguf"), "Change its rights.")
    outer = DepecheError(Phrase("The chat model is there, and does not run ({why})", why=inner))
    assert (
        str(outer) == "The chat model is there, and does not run (a.gguf is no GGUF file. Change its rights.)"
    )
    told = (
        "Le modèle de langue est là, et ne tourne pas (a.gguf n’est pas un fichier GGUF. Changez ses droits.)"
    )
    assert said(outer.told, "fr") == told


def test_a_number_is_written_as_each_language_writes_it() -> None:
    problem = Problem("a.txt", Phrase("is longer than {most:,} characters", most=5_000_000))
    assert str(problem) == "a.txt: is longer than 5,000,000 characters"
    assert said(problem.told, "fr") == "a.txt\u00a0: la longueur dépasse 5\u202f000\u202f000\u00a0caractères"
    slow = Phrase("takes longer than {limit:g} seconds to read", limit=0.5)
    assert said(slow, "fr") == "la lecture demande plus de 0,5\u00a0secondes"


@given(st.text(), st.text())
def test_what_a_person_typed_is_never_a_template(name: str, other: str) -> None:
    line = Phrase("There is no setting {name}; the nearest is {nearest}.", name=name, nearest=other)
    one, two = (" ".join(part.split()) for part in (name, other))
    assert line == f"There is no setting {one}; the nearest is {two}."
    if not {one, two} & FRENCH.keys():
        assert said(line, "fr") == f"Le réglage {one} n’existe pas\u202f; le plus proche est {two}."
    again = pickle.loads(pickle.dumps(line))  # noqa: S301 - our own
    assert (again, said(again, "fr")) == (line, said(line, "fr"))


@pytest.mark.parametrize(
    "template", [t for t in FRENCH if _fields(t) and not _bare(t) and "!r" not in t and '{"' not in t]
)
def test_every_line_can_be_told_from_its_english_alone(template: str) -> None:
    written = {name: bool(spec) for _, name, spec, _ in Formatter().parse(template) if name}
    line = Phrase(template, **{name: 1_234 if number else f"<{name}>" for name, number in written.items()})
    again = recovered(str(line))
    assert (again, said(again, "fr")) == (line, said(line, "fr"))


@given(st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9})*", fullmatch=True))
def test_a_line_that_came_without_its_template_is_told_in_french_too(path: str) -> None:
    line = recovered(str(Phrase("There is no library in {folder} yet", folder=path)))
    assert said(line, "fr") == f"Il n’y a pas encore de bibliothèque dans {path}"
    assert recovered(f"{path} and nothing else") == f"{path} and nothing else"
