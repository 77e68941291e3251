"""What a Streamlit server holds in memory of what was uploaded."""

from __future__ import annotations

import re

import requests


def held_uploads(address: str) -> int:
    """Return the bytes of all uploaded files that the server at an address holds."""
    told = requests.get(f"{address}/_stcore/metrics", timeout=20).text
    counted = re.search(r'cache_type="UploadedFileManager"[^}]*} (\d+)', told)
    return int(counted[1]) if counted else 0
