"""The lock in `requirements/`: what `pyproject.toml` asks for, by version and hash, and nothing that contradicts it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import TOP

PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
FILES = ("base", "local", "translate", "dev")  # each with what those before it have not
AGAIN = "run: make lock"


def locked(name: str) -> Iterator[tuple[Requirement, str]]:
    """Yield each requirement of one file of the lock, and what follows it: its hashes, and what asked for it."""
    text = (TOP / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=\w)", text):
        if not block.startswith("#"):
            first, _, rest = block.partition("\n")
            yield Requirement(first.removesuffix("\\")), rest


def asked(extra: str = "") -> list[Requirement]:
    """Return what `pyproject.toml` asks for: for any use, or besides for one of its extras, those that it names in turn too."""
    named = (
        PROJECT["project"]["optional-dependencies"][extra] if extra else PROJECT["project"]["dependencies"]
    )
    found = [Requirement(each) for each in named]
    inner = {each for one in found if one.name == "depeche" for each in one.extras}
    return [one for one in found if one.name != "depeche"] + [one for each in inner for one in asked(each)]


def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for name in FILES:
        for one, _ in locked(name):
            found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


@pytest.mark.parametrize("extra", ["", "local", "translate", "dev"])
def test_what_is_asked_for_is_locked_in_a_version_that_fits(extra: str) -> None:
    files = FILES[: FILES.index(extra or "base") + 1]
    for wanted in asked(extra):
        found = [one for name in files for one, _ in locked(name) if same(one, wanted)]
        assert found, f"{wanted} is not locked; {AGAIN}"
        for one in found:
            [pin] = one.specifier
            assert wanted.specifier.contains(pin.version, prereleases=True), f"{wanted}, but {one}; {AGAIN}"


@pytest.mark.parametrize("extra", ["", "local", "translate", "dev"])
def test_nothing_is_locked_for_a_wish_that_is_no_more(extra: str) -> None:
    wishes = {canonicalize_name(one.name) for one in asked(extra)}
    for one, rest in locked(extra or "base"):
        if "depeche (pyproject.toml)" in rest:
            assert canonicalize_name(one.name) in wishes, f"{one} is locked, and nobody asks for it; {AGAIN}"


def test_what_builds_the_project_is_locked() -> None:
    for wanted in map(Requirement, PROJECT["build-system"]["requires"]):
        [one] = [one for one, _ in locked("base") if same(one, wanted)]
        [pin] = one.specifier
        assert wanted.specifier.contains(pin.version), f"{wanted}, but {one}; {AGAIN}"


def test_each_package_is_locked_once_by_version_and_hash_from_any_index() -> None:
    for name, found in pins().items():
        markers = [str(one.marker) for one in found]
        assert len(set(markers)) == len(markers), f"{name} is locked twice; {AGAIN}"
    for name in FILES:
        for one, rest in locked(name):
            assert [pin.operator for pin in one.specifier] == ["=="], one
            assert one.url is None
            assert re.search(r"--hash=sha256:[0-9a-f]{64}(?: \\)?$", rest, re.MULTILINE), one
        assert "//" not in (TOP / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def test_torch_is_left_to_whoever_installs_and_so_are_the_makers_of_graphics_cards() -> None:
    assert not [name for name in pins() if name == "torch" or name.startswith(("nvidia-", "triton", "cuda-"))]


def test_the_lock_is_made_for_the_oldest_python_there_may_be() -> None:
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"--python-version {oldest} " in (TOP / "Makefile").read_text(encoding="utf-8")


def same(one: Requirement, other: Requirement) -> bool:
    return canonicalize_name(one.name) == canonicalize_name(other.name)
