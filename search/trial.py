"""One real call of the encoder, to see whether it works, and what it would find."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from PIL import Image, ImageDraw

from search.calls import Call, Errand, Purpose, on_errand
from search.encoders.recording import RecordedEncoder
from search.errors import LikenessError
from search.photo import Photo
from search.progress import Progress, Report, Stage
from search.store.embeddings import Embeddings
from search.usage.views import Trial
from search.vectors import Embedding

SIDE = 224


def make_trial(
    get_encoder: Callable[[], RecordedEncoder], embeddings: Embeddings, report: Report
) -> Trial:
    """Make one real call with a picture that nobody has ever encoded, whatever is remembered.

    `get_encoder` may raise, like the call itself: a LikenessError is returned. `seconds` is the
    time for everything together.
    """
    began, calls, checked = time.perf_counter(), list[Call](), False
    nearest = database_seconds = error = None
    try:
        encoder = get_encoder()
        with on_errand(Errand(Purpose.TEST, heard=calls.append)):
            answer = encoder.encode(trial_picture(), report)
        # The built-in encoder's vectors are checked by nobody else.
        vector = Embedding.from_numbers(answer.vector, encoder.space)
        checked = True
        report(Progress(Stage.COMPARING, count=embeddings.count(encoder.space)))
        asked = time.perf_counter()
        hits = embeddings.nearest(vector, 1)
        database_seconds = time.perf_counter() - asked
        nearest = hits[0].similarity if hits else None
    except LikenessError as raised:
        error = raised
    return Trial(
        calls,
        time.perf_counter() - began,
        checked,
        nearest,
        database_seconds,
        error.code if error else "",
        error.facts if error else {},
    )


def trial_picture() -> Photo:
    """Draw something that any model can embed, and that was never drawn before.

    A red disc on white, beneath a strip of random pixels.
    """
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    ImageDraw.Draw(picture).ellipse((40, 40, 184, 184), fill="firebrick")
    picture.paste(Image.frombytes("RGB", (SIDE, 1), os.urandom(3 * SIDE)))
    return Photo(picture)
