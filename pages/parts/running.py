"""The one engine of this process, opened when it is first needed."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from search.engine import SearchEngine
from search.settings import Settings

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Running:
    """Opening fails while the database is away, so it is tried again by whoever asks next.

    An embedded server that died is started again in the same way.
    """

    def __init__(self) -> None:
        self._engine: SearchEngine | None = None
        self._lock = threading.Lock()

    def get(self) -> SearchEngine:
        with self._lock:
            if self._engine is not None and not self._engine.store.is_alive:
                self._engine.close()
                self._engine = None
            if self._engine is None:
                # Streamlit puts the secrets of its file into the environment, where they are read.
                st.secrets.load_if_toml_exists()
                settings = Settings.read()
                logging.basicConfig(format=_LOG_FORMAT)
                for name in ("likeness", "search"):
                    logging.getLogger(name).setLevel(settings.log_level)
                self._engine = SearchEngine.open(settings)
            return self._engine

    def stop(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None


_running = _Running()


def get_engine() -> SearchEngine:
    """Return the engine; the first caller opens it and the others wait. Raise a LikenessError."""
    return _running.get()


def stop_engine() -> None:
    """Close the engine if it is open."""
    _running.stop()
