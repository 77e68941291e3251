"""Run the provider by hand, to try the app against it."""

from __future__ import annotations

import argparse
import logging
import threading

from tests.fake_oidc.faults import Fault
from tests.fake_oidc.provider import FakeOidc

logger = logging.getLogger("fake_oidc")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.fake_oidc")
    parser.add_argument("--port", type=int, default=8098)
    parser.add_argument("--back-to", default="http://localhost:8501/oauth2callback")
    faults = {fault.name.lower(): fault for fault in Fault}
    parser.add_argument("--fault", choices=faults)
    choices = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with FakeOidc(port=choices.port) as provider:
        provider.register(choices.back_to)
        provider.fault = faults.get(choices.fault)
        logger.info("OIDC_ISSUER=%s", provider.issuer)
        logger.info("OIDC_CLIENT_ID=%s", provider.client_id)
        logger.info("OIDC_CLIENT_SECRET=%s", provider.client_secret)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            logger.info("%d requests answered", len(provider.received))


if __name__ == "__main__":
    main()
