"""Where the documents lead: every link arrives, and every guide is found from the README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.embedded_apps import ROOT

README = ROOT / "README.md"
DOCUMENTS = [README, *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("deploy/**/*.md"))]
# Whose words send people to a document.
SPEAKERS = [*sorted((ROOT / "search" / "messages").glob("*.toml")), ROOT / "Dockerfile"]


@cache
def read(document: Path) -> list[Token]:
    """Return a document's parts, as Markdown has them."""
    return MarkdownIt("commonmark").enable("table").parse(document.read_text("utf-8"))


def links(document: Path) -> Iterator[str]:
    """Yield where links and pictures lead that stay in this repository."""
    for token in read(document):
        for part in token.children or []:
            target = str(part.attrGet("href") or part.attrGet("src") or "")
            if target and not urlsplit(target).scheme:
                yield target


def arrives(document: Path, target: str) -> tuple[Path, str]:
    """Return the file and the anchor in it to which a link of a document leads."""
    path, _, anchor = target.partition("#")
    return (document.parent / unquote(path)).resolve() if path else document, unquote(anchor)


@cache
def headings(document: Path) -> list[str]:
    """Return the text of each heading, without marks."""
    parts = read(document)
    heads = [parts[n + 1] for n, token in enumerate(parts) if token.type == "heading_open"]
    return ["".join(part.content for part in head.children or []) for head in heads]


def anchors(document: Path) -> set[str]:
    """Return what GitHub makes of headings: small letters, no marks, a hyphen for each blank.

    A heading that stands there a second time gets -1 behind it, a third time -2.
    """
    found: dict[str, int] = {}
    for heading in headings(document):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times = found[anchor] = found.get(anchor, -1) + 1
        if times:
            found[f"{anchor}-{times}"] = 0
    return set(found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    """To a file or folder that is there, and to a heading that it has."""
    for target in links(document):
        file, anchor = arrives(document, target)
        assert file.is_relative_to(ROOT), target
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_guide_and_picture_is_found_from_the_readme() -> None:
    """By its links, or by those of a guide that one finds so."""
    found, ahead = {README}, [README]
    while ahead:
        document = ahead.pop()
        new = {arrives(document, target)[0] for target in links(document)} - found
        found |= new
        ahead += [file for file in new if file.suffix == ".md"]
    assert set((ROOT / "docs").iterdir()) <= found


@pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda path: path.name)
def test_what_the_program_calls_a_document_is_there(speaker: Path) -> None:
    """A guide by its name, and a part of the README by its heading, in both languages."""
    said = speaker.read_text("utf-8")
    guides = re.findall(r"docs/\w+\.md", said)
    parts = re.findall(r'"?(\w+)"? (?:in|в) README\.md', said)
    assert guides or parts
    assert [guide for guide in guides if not (ROOT / guide).exists()] == []
    assert set(parts) <= set(headings(README))
