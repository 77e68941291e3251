"""What is settled before anybody comes: where the app is, who may come, and what keeps it shut."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import click
import streamlit as st
from streamlit import config

from pages.parts.access import get_access
from pages.parts.running import read_settings
from pages.parts.signed_in import set_up
from search.base_path import check_base
from search.errors import AccessNotSetUp, LikenessError
from search.host_names import is_this_machine
from search.language import language

_BASE: Final = "server.baseUrlPath"
_SOCKET: Final = "unix://"


@contextmanager
def ending_with_a_sentence() -> Iterator[None]:
    """End the process where something is raised that has a sentence, and leave it at that."""
    try:
        yield
    except LikenessError as error:
        words = language("ru" if os.environ.get("LANG", "").startswith("ru") else "en")
        sys.exit(words.error(error).sentence)  # on stderr, and the code is 1


def prepare_path(own: Sequence[str]) -> None:
    """Let the app be below the path of PUBLIC_URL, unless Streamlit's own option names one.

    Raises SettingError for one that begins with what is in `own`, the paths of our own routes.
    """
    base: str = st.get_option(_BASE)
    public = urlsplit(read_settings().public_url or "").path
    if not base and public:
        config.set_option(_BASE, public)
    check_base(_BASE if base else "PUBLIC_URL", base or public, own)


def prepare_access() -> None:
    """Read who may come, before anybody does, and let people sign in where that is set up.

    Raises SettingError, and AccessNotSetUp where the server is to listen to other machines and
    nothing says who may come. Under servers that tell nothing of it, each request is looked at.
    """
    access = get_access()
    if not (access.is_on or access.allows_anonymous) and _listens_to_others():
        raise AccessNotSetUp
    set_up(read_settings())


def _listens_to_others() -> bool:
    """Tell whether the command that loads the app lets other machines reach it."""
    command = click.get_current_context(silent=True)
    given = {} if command is None else command.params
    if "uds" in given:  # uvicorn
        has_socket = given["uds"] is not None or given["fd"] is not None
        return not has_socket and not is_this_machine(given["host"])
    if "target" in given:  # streamlit run
        address: str | None = st.get_option("server.address")
        return address is None or not (address.startswith(_SOCKET) or is_this_machine(address))
    return False
