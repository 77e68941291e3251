"""Run the fake server by hand, to try the app against it."""

from __future__ import annotations

import argparse
import logging
import threading

from tests.fake_huggingface.behaviours import FAULTS, slow, vector
from tests.fake_huggingface.server import FakeHuggingFace

logger = logging.getLogger("fake_huggingface")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.fake_huggingface")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--token", help="refuse requests without this token")
    parser.add_argument("--cold-start", type=float, metavar="SECONDS", default=0.0)
    parser.add_argument("--latency", type=float, metavar="SECONDS", default=0.0)
    parser.add_argument("--fault", choices=FAULTS, help="answer every request like this")
    choices = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with FakeHuggingFace(token=choices.token, port=choices.port) as server:
        if choices.fault:
            server.otherwise(FAULTS[choices.fault])
        else:
            server.cold_start(choices.cold_start, slow(choices.latency, vector()))
        logger.info("ENCODER_URL=%s", server.model_url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            logger.info("%d requests answered", server.count)


if __name__ == "__main__":
    main()
