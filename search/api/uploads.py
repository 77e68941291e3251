"""Forms as they come in: counted while they arrive, and never more of them in memory than a part.

A file of more than a megabyte waits on disk until its search has its turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from search.decoding import MEGABYTE
from search.errors import (
    ImageMissing,
    LikenessError,
    RequestMalformed,
    RequestNotMultipart,
    UploadTooLarge,
)

IMAGE: Final = "image"
# What a form may have beside its photo: boundaries, headers and parameters.
FRAME_BYTES: Final = 64_000
FIELD_BYTES: Final = 4_000
MOST_FIELDS: Final = 64
_MULTIPART = "multipart/form-data"
_FORMS = (_MULTIPART, "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form has: short texts by name, in their order, and the photo's file if there is one.

    The file is closed when the form is left.
    """

    fields: tuple[tuple[str, str], ...] = ()
    image: UploadFile | None = None


@asynccontextmanager
async def photo_form(request: Request, max_bytes: int) -> AsyncIterator[tuple[Form, UploadFile]]:
    """Read a multipart form with a photo of at most so many bytes.

    Raises RequestNotMultipart, RequestMalformed, ImageMissing, UploadTooLarge.
    """
    if not _has_body(request):
        raise ImageMissing(field=IMAGE)
    if _kind(request) != _MULTIPART:
        raise RequestNotMultipart
    async with _form(request, max_bytes, files=1) as form:
        if form.image is None:
            raise ImageMissing(field=IMAGE)
        yield form, form.image


@asynccontextmanager
async def plain_form(request: Request) -> AsyncIterator[Form]:
    """Read a form without any file, or nothing; raise as `photo_form` does."""
    if not _has_body(request):
        yield Form()
        return
    if _kind(request) not in _FORMS:
        raise RequestNotMultipart
    async with _form(request, 0, files=0) as form:
        yield form


@asynccontextmanager
async def _form(request: Request, max_bytes: int, *, files: int) -> AsyncIterator[Form]:
    """Read a form whose files have so many bytes together, and its frame FRAME_BYTES more."""
    if _kind(request) == _MULTIPART and "boundary=" not in _content_type(request).lower():
        raise RequestMalformed(reason="@reasons.multipart_boundary")
    too_large = UploadTooLarge(limit=round((max_bytes or FRAME_BYTES) / MEGABYTE, 1))
    if _announced(request) > max_bytes + FRAME_BYTES:
        raise too_large
    counting = _counting(request.receive, max_bytes + FRAME_BYTES, too_large)
    counted = Request(request.scope, counting)
    try:
        read = await _read(counted, files)
    except (LikenessError, ClientDisconnect):
        raise
    except Exception as error:  # parsers of what strangers send raise anything at all
        raise RequestMalformed(reason="@reasons.multipart_broken") from error
    try:  # what is no such form is closed as well
        yield _sorted(read)
    finally:
        await read.close()


async def _read(request: Request, files: int) -> FormData:
    if _kind(request) != _MULTIPART:
        return await request.form(max_fields=MOST_FIELDS, max_part_size=FIELD_BYTES)
    async with aclosing(request.stream()) as stream:
        parser = _WholeForms(
            request.headers,
            stream,
            max_files=files,
            max_fields=MOST_FIELDS,
            max_part_size=FIELD_BYTES,
        )
        return await parser.parse()


class _WholeForms(MultiPartParser):
    """Starlette's, which takes a form that was cut off for one that has ended; this one does not.

    Nor does it leave the file open that was being written then.
    """

    _is_whole = False

    def on_end(self) -> None:
        """Note that the last boundary came."""
        self._is_whole = True

    async def parse(self) -> FormData:
        """Read all of the form; raise MultiPartException."""
        read = await super().parse()
        if not self._is_whole:
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("cut off")
        return read


def _sorted(read: FormData) -> Form:
    fields = list[tuple[str, str]]()
    image: UploadFile | None = None
    for name, value in read.multi_items():
        if isinstance(value, str):
            if name == IMAGE:
                raise ImageMissing(field=IMAGE)  # a text where the file should be
            fields.append((name, value))
        elif name == IMAGE:
            image = value
        else:
            raise RequestMalformed(reason="@reasons.multipart_file")
    return Form(tuple(fields), image)


def _counting(receive: Receive, most: int, too_large: UploadTooLarge) -> Receive:
    """Stop a body at so many bytes, whatever length was announced, or none."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise too_large
        return message

    return counted


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "")


def _kind(request: Request) -> str:
    return _content_type(request).partition(";")[0].strip().lower()


def _has_body(request: Request) -> bool:
    return "transfer-encoding" in request.headers or _announced(request) > 0


def _announced(request: Request) -> int:
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdecimal() else 0
