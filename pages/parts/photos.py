"""Where the browser has the small picture of a photo that a page shows."""

from __future__ import annotations

from base64 import b64encode

from pages.parts import access
from search.access.roles import Right
from search.addresses import photo_path
from search.engine import SearchEngine


def photo_address(engine: SearchEngine, photo: bytes) -> str:
    """Return the address of a photo's picture, by its fingerprint; raise StoreError.

    To guests the route gives the photos of evaluation sets alone. What else a page shows them, such
    as the photo of a search that they were sent, is in the address itself.
    """
    address, judging = photo_path(photo), engine.judging
    if access.may(Right.SEE_PHOTOS) or judging.picture(photo, searched=False) is not None:
        return address
    kept = judging.picture(photo, searched=engine.settings.keep_photos)
    if kept is None:
        return address
    return f"data:{kept.media_type};base64,{b64encode(kept.content).decode('ascii')}"
