"""Small pieces of HTML. Everything that is put in as text stays text, whoever wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


class Html(str):
    """Markup of our own; any other string is escaped where it is put into markup."""

    __slots__ = ()


Text = str | Html


def element(name: str, *inside: Text, **attributes: str) -> Html:
    """Build an element; `class_` is written as class, `data_label` as data-label."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{given}>{join(*inside)}</{name}>")


def join(*pieces: Text) -> Html:
    """Put pieces one after the other."""
    return Html("".join(p if isinstance(p, Html) else escape(str(p)) for p in pieces))


def paragraph(text: Text, class_: str = "") -> Html:
    """Build a paragraph; nothing where there is nothing to say."""
    if not text:
        return Html("")
    return element("p", text, class_=class_) if class_ else element("p", text)


def figures(pairs: Sequence[tuple[Text, Text]], class_: str = "figures") -> Html:
    """Build a row of figures, each a label and a value."""
    return element(
        "dl",
        *(
            element("div", element("dt", label), element("dd", value))
            for label, value in pairs
            if value
        ),
        class_=class_,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers."""

    name: str
    numbers: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[Text]], class_: str = "") -> Html:
    """Build a table; on a phone its rows can become cards, so cells know their heading."""
    kinds = ["number" if column.numbers else "text" for column in columns]
    head = element(
        "tr",
        *(
            element("th", column.name, scope="col", class_=kind)
            for column, kind in zip(columns, kinds, strict=True)
        ),
    )
    body = [
        element(
            "tr",
            *(
                element("td", cell, class_=kind, data_label=column.name)
                for column, kind, cell in zip(columns, kinds, row, strict=True)
            ),
        )
        for row in rows
    ]
    return element(
        "table",
        element("thead", head),
        element("tbody", *body),
        class_=f"usage-table {class_}".strip(),
    )
