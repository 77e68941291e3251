"""The one engine of this process, opened when it is first needed, and its metrics."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from search import logs
from search.api_keys import Keys
from search.engine import SearchEngine
from search.errors import LikenessError, SettingError
from search.lane import Record
from search.metrics import Metrics
from search.settings import Settings
from search.store.sign_outs import SignOuts

log = logging.getLogger(__name__)


class _Running:
    """Opening fails while the database is away, so it is tried again by whoever asks next.

    An embedded server that died is started again in the same way.
    """

    def __init__(self) -> None:
        self._engine: SearchEngine | None = None
        self._unwritten: list[Record] = []
        self._metrics: Metrics | None = None
        self._lock = threading.Lock()

    def get(self) -> SearchEngine:
        with self._lock:
            if self._engine is not None and not self._engine.store.is_alive:
                # What happened since the server died is written when it is back. While there is no
                # engine nothing is added: it is never more than one journal keeps.
                self._unwritten = self._engine.journal.abandon()
                self._engine.close()
                self._engine = None
            if self._engine is None:
                self._engine = SearchEngine.open(_settings(), [self._counted()])
                self._engine.start_background()
                self._counted().forget_breaker()
                self._engine.journal.take_over(self._unwritten)
                self._unwritten = []
            return self._engine

    @property
    def is_open(self) -> bool:
        engine = self._engine
        return engine is not None and engine.store.is_alive

    def metrics(self) -> Metrics:
        with self._lock:
            return self._counted()

    def stop(self, patience: float = 0.0) -> None:
        with self._lock:
            engine = self._engine
        if engine is not None:
            engine.finish(patience)  # without the lock: what ends may ask for the engine once more
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None
            self._lose_unwritten()
            if self._metrics is not None:
                self._metrics.close()

    def _lose_unwritten(self) -> None:
        """Say what was kept for an engine that never came."""
        if left := len(self._unwritten):
            log.error("%d records of calls and searches could not be written at the end", left)
            self._counted().on_lost(left)
        self._unwritten = []

    def _counted(self) -> Metrics:
        """Return the metrics, which outlive the engine: what was counted stays counted."""
        if self._metrics is None:
            self._metrics = Metrics()
        return self._metrics


def read_settings() -> Settings:
    """Read the settings, those in Streamlit's file of secrets too; raise SettingError."""
    # Streamlit puts the secrets of its file into the environment, where they are read.
    st.secrets.load_if_toml_exists()
    return Settings.read()


def _settings() -> Settings:
    """Read the settings, and let the log be written as they say."""
    try:
        settings = read_settings()
    except SettingError:
        logs.configure(None, ours="INFO")
        raise
    logs.configure(settings, ours=settings.log_level)
    return settings


_running = _Running()


def get_engine() -> SearchEngine:
    """Return the engine; the first caller opens it and the others wait. Raise a LikenessError."""
    return _running.get()


def get_keys() -> Keys:
    """Return the engine's keys; raise as `get_engine`."""
    return get_engine().keys


def get_sign_outs() -> SignOuts:
    """Return the engine's sign-outs; raise as `get_engine`."""
    return get_engine().store.sign_outs


def is_open() -> bool:
    """Tell whether there is an engine: who can go on without one need not open it."""
    return _running.is_open


def database_answers() -> bool:
    """Tell whether the database answers, as whoever draws a page would meet it; within seconds."""
    try:
        return get_engine().store.database.answers()
    except LikenessError:
        return False


def get_metrics() -> Metrics:
    """Return what counts in this process."""
    return _running.metrics()


def stop_engine(patience: float = 0.0) -> None:
    """Close the engine if it is open, and take this process out of the metrics of living ones.

    Searches that are under way have `patience` seconds to come to their end.
    """
    _running.stop(patience)
