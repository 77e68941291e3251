"""What surrounds all pages: which names the app answers to, which scripts its first page has."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from streamlit.file_util import get_static_dir

from pages.parts.running import read_settings
from search.errors import SettingError

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def allowed_hosts() -> tuple[str, ...]:
    """Return the names that ALLOWED_HOSTS lists; none if it is not set, or no setting can be used.

    In the last case there is nothing to be seen but a page that says so.
    """
    try:
        return _read_hosts()
    except SettingError:
        return ()


@cache
def _read_hosts() -> tuple[str, ...]:
    return read_settings().hosts


@cache
def inline_scripts() -> tuple[str, ...]:
    """Return the sources of the scripts that Streamlit writes into its page, for a policy."""
    page = (Path(get_static_dir()) / "index.html").read_bytes()
    digests = (sha256(script).digest() for script in _INLINE.findall(page))
    return tuple(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
