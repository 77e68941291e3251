"""The log says why a sign-in failed, and nothing by which somebody else could come in."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from search.access.sign_in_lines import HIDDEN, _harmless, keep_the_reason

TOKEN = jwt.encode({"alg": "HS256"}, {"sub": "1"}, OctKey.import_key("k" * 32))
SECRETS = [
    TOKEN,
    TOKEN.rpartition(".")[2],
    "code-TAix5vPAZlQf9Otg_r4hmW0FFnfwV5mI",
    "SplxlOBeZQQYbYS6WxSbIAbcdef",
    "00000000-0000-4000-8000-000000000001",
    b64encode(b"likeness:vBhuXs8WnLjDFKTqcHRxYNdxE3DjBG8").decode(),
]


@pytest.fixture
def logger(caplog: pytest.LogCaptureFixture) -> Iterator[logging.Logger]:
    """Give a logger with the filter."""
    logger = logging.getLogger("a.web.server")
    logger.addFilter(keep_the_reason)
    with caplog.at_level(logging.DEBUG):
        yield logger
    logger.removeFilter(keep_the_reason)


def test_the_reason_stays(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever set it up wrongly reads what the provider complains of."""
    said = "invalid_client: AADSTS7000215: Invalid client secret provided, 100% sure."
    failure = PermissionError(said)
    logger.warning("Exchange failed for provider '%s'.", "default", exc_info=failure)
    logger.error("Error: %s. Description: %s", "unsupported_response_type", None)
    first, second = (record.getMessage() for record in caplog.records)
    assert first == f"Exchange failed for provider 'default'. PermissionError: {said}"
    assert second == "Error: unsupported_response_type. Description: None"
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("secret", SECRETS)
def test_what_opens_something_goes(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    """A provider may answer with all that it was sent."""
    failure = ValueError({"code": secret, "header": f"Basic {secret}"})
    logger.error("It failed with %s", secret, exc_info=failure)
    assert secret not in caplog.text
    assert "It failed with" in caplog.text


def test_the_longest_address_is_read_at_once() -> None:
    """The server answers nobody else meanwhile; by the square of its length that took minutes."""
    letters = "d" * 1_000_000
    assert _harmless(letters) == letters[:500]
    assert _harmless(f"{letters}D") == _harmless(f"{letters}1") == HIDDEN


def test_a_stranger_writes_no_lines(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    """What stands in an address neither begins a line nor colours one, and is not long."""
    logger.error("Error: %s", "a\nb\x1b[31m\u202ec" + "no word is long " * 100)
    (record,) = caplog.records
    assert record.getMessage().startswith(r"Error: a\nb\x1b[31m\u202ec")
    assert len(record.getMessage()) < 600
