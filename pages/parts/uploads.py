"""Uploaded files, let go of once they were taken.

Streamlit keeps what was uploaded in memory until the tab is closed, or until somebody takes the
file out of the uploader; an uploader with a new key frees nothing. Read from Streamlit 1.67, in
which `st.chat_input` lets go of its files in the same way: the run's `uploaded_file_mgr` is a
MemoryUploadedFileManager, and `remove_file` takes one out of it. None of that is promised. Where it
is missing nothing is freed before the tab is closed, and pages work all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from streamlit.typing import UploadedFile

log = logging.getLogger(__name__)


def uploads_in(value: object) -> list[UploadedFile]:
    """Return the files that are there in what an uploader's key has in the session's state.

    A file that was let go of stays in sight in the browser, which tells of it at every rerun:
    `on_change` is called once more, and the state then has something else in its place.
    """
    several = value if isinstance(value, Sequence) else [value]
    return [one for one in several if isinstance(one, UploadedFile)]


def release(upload: UploadedFile) -> None:
    """Let go of a file whose content was taken; called in a page's run or a callback."""
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415 - see above

        context = get_script_run_ctx()
        if context is not None:
            # mypy knows the interface alone, which has no such method.
            context.uploaded_file_mgr.remove_file(  # type: ignore[attr-defined]
                session_id=context.session_id, file_id=upload.file_id
            )
    except (ImportError, AttributeError, TypeError) as error:
        log.warning("an uploaded file is kept until its tab is closed: %s", error)


def uploads_held(session: str) -> int:
    """Return how many uploaded files are in memory for a session; asked by whoever lets them in.

    0 as well where nobody can tell: uploads then come in as ever, and their rate is limited still.
    """
    try:
        from streamlit.runtime import get_instance  # noqa: PLC0415 - see above

        # mypy knows the interface alone, which keeps nothing.
        return len(
            get_instance().uploaded_file_mgr.file_storage.get(session, ())  # type: ignore[attr-defined]
        )
    except (ImportError, AttributeError, RuntimeError, TypeError) as error:
        log.warning("nobody knows what a session has in memory: %s", error)
        return 0
