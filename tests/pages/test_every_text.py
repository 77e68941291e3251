"""Whatever a person reads on a page comes from the files of texts, and stands in both of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from search.language import LANGUAGES, language

PAGES = Path(__file__).parents[2] / "pages"
TEXTS = PAGES / "texts"
PYTHON = sorted(PAGES.rglob("*.py"))
SCRIPTS = sorted(PAGES.rglob("*.js"))
SKELETONS = sorted(PAGES.rglob("*.html"))
# Two words in a row, or one that is said as a sentence is.
SAID = re.compile(r"[A-Za-zА-Яа-яё]{2,}[,.!?…]? [A-Za-zА-Яа-яё]{2,}|^[A-ZА-Я][a-zа-яё]+[.!?…]?$")
# What a person reads of a Streamlit element, wherever in the call it stands.
READ = {"label", "body", "help", "placeholder", "title", "caption", "text", "icon_text"}
SHOWING = re.compile(
    r"^(button|caption|checkbox|code|error|expander|header|info|markdown|metric|popover|radio|"
    r"selectbox|multiselect|slider|number_input|text_input|text_area|spinner|status|subheader|"
    r"success|tabs|text|title|toast|toggle|warning|write|file_uploader|download_button|link_button|"
    r"page_link|progress|segmented_control|pills|dialog|form_submit_button|date_input)$"
)
FLAGS = re.DOTALL | re.MULTILINE
# The product is called the same in every language, and keys are what browsers call them.
NAMES = {"Likeness", "Home", "End", "Enter", "Escape", "Tab", "Backspace", "Delete"}


def _name(file: Path) -> str:
    return file.relative_to(PAGES).as_posix()


def _literals(call: ast.Call) -> Iterator[str]:
    """Give what a call shows that is written right there."""
    shown = [*call.args[:1], *(word.value for word in call.keywords if word.arg in READ)]
    for value in shown:
        for node in ast.walk(value):
            # What is looked up by a key is no literal: its call is another one.
            if isinstance(node, ast.Call):
                break
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize("file", PYTHON, ids=_name)
def test_no_page_says_anything_by_itself(file: Path) -> None:
    """A literal that Streamlit would show is in one language for ever."""
    said: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _shows(node.func):
            said += _literals(node)
    assert [text for text in said if SAID.search(text) and text not in NAMES] == []


def _shows(function: ast.expr) -> bool:
    """Tell whether a call shows something; a log is read by whoever runs the server, in English."""
    if not isinstance(function, ast.Attribute) or not SHOWING.match(function.attr):
        return False
    return not (isinstance(function.value, ast.Name) and function.value.id == "log")


@pytest.mark.parametrize("file", PYTHON, ids=_name)
def test_every_text_that_a_page_asks_for_is_there(file: Path) -> None:
    """In English and in Russian, by the key that stands in the code."""
    asked = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="text" | "entry"), args=[ast.Constant(value=str(key)), *_]
            ):
                asked.add(key)
    missing = [(code, key) for code in LANGUAGES for key in sorted(asked) if not _has(code, key)]
    assert missing == []


def _has(code: str, key: str) -> bool:
    try:
        return bool(language(code, TEXTS).entry(key))
    except KeyError:
        return False


@pytest.mark.parametrize("file", SCRIPTS, ids=_name)
def test_no_script_says_anything_by_itself(file: Path) -> None:
    """What a component shows comes with its data, or from the browser's own Intl."""
    code = re.sub(r"/\*.*?\*/|^\s*//.*$|\s// .*$", "", file.read_text("utf-8"), flags=FLAGS)
    literals = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)
    said = [re.sub(r"\$\{[^}]*\}", "", "".join(found)) for found in literals]
    assert [text for text in said if _is_sentence(text)] == []


def _is_sentence(text: str) -> bool:
    """Tell sentences from selectors, styles and lists of classes."""
    is_code = re.search(r"[{}<>\[\]=#;:/_]|--|\.\w+ \.|\d+(px|rem|%)", text)
    if text in NAMES:
        return False
    return bool(SAID.search(text) and re.search(r"^[A-ZА-Я]|[,.!?…]", text) and not is_code)


@pytest.mark.parametrize("file", SKELETONS, ids=_name)
def test_no_skeleton_says_anything_by_itself(file: Path) -> None:
    """Neither between the tags nor in what a screen reader says."""
    heard = _Heard()
    heard.feed(file.read_text("utf-8"))
    assert heard.said == []


class _Heard(HTMLParser):
    """Collects what would be read or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(  # the base class's names
        self, _: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        """Hear what an element is called."""
        names = {"aria-label", "title", "alt", "placeholder"}
        self._hear(*(value or "" for name, value in attrs if name in names))

    def handle_data(self, data: str) -> None:
        """Hear what stands between tags."""
        self._hear(data)

    def _hear(self, *texts: str) -> None:
        self.said += [text.strip() for text in texts if re.search(r"[A-Za-zА-я]{2}", text)]
