"""The entry: pages and HTTP routes in one ASGI app. `streamlit run app.py` and uvicorn start it."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from pages.parts import scripts, shell
from pages.parts.access import get_access
from pages.parts.errors import show_anything
from pages.parts.running import get_engine, get_keys, get_metrics, stop_engine
from pages.parts.signed_in import (
    TOKENS,
    USER,
    callback,
    claims_of,
    end_sign_in,
    must_ask,
    seal,
    share_sign_outs,
)
from pages.parts.starting import ending_with_a_sentence, prepare_access, prepare_path
from pages.parts.uploads import uploads_held
from search import logs
from search.access.demo_link import DemoLinks
from search.access.doors import Doors
from search.access.gate import Gate
from search.access.guest_uploads import GuestUploads
from search.access.identifying import Identifying
from search.access.sign_in_steps import SignInSteps
from search.access.signed_out import FOLLOWS_SECONDS
from search.allowed_hosts import AllowedHosts
from search.api.health import health_routes
from search.base_path import BasePath
from search.errors import EncoderError, LikenessError
from search.scraping import Scraping
from search.security_headers import SecurityHeaders
from search.upkeep import Upkeep
from search.visitor_cookie import VisitorCookie
from search.web import metrics_route, routes

log = logging.getLogger("likeness")
logs.hide_addresses()  # before the first request, which may come before there is an engine

# A check costs calls: whoever starts the app ten times a day pays for one.
CHECK_HOLDS = timedelta(days=1)

# How long searches of pages have to end when the app is told to stop. Requests to the HTTP routes
# have ended by then: the server waits for them.
FINISHING_SECONDS = 8.0


def _warm_up() -> None:
    """Open the engine and load the encoder before the first person needs them."""
    try:
        engine = get_engine()
        covered = engine.coverage()
        told = {
            "encoder": engine.encoder.name,
            "space": str(covered.space),
            "products": covered.products,
            "pictures": covered.pictures,
            "indexed": covered.indexed,
        }
        log.info("ready", extra=told)
        check = engine.check_space(CHECK_HOLDS)
        if check.differs:
            log.error("encoder and catalogue do not agree", extra={"similarity": check.median})
        elif check.misfits:
            log.warning("pictures were replaced since", extra={"pictures": check.misfits})
        elif check.trouble is not None and check.median is None:
            log.warning("encoder and catalogue are not checked: %s", check.trouble)
    except LikenessError as error:
        # Not the end: the pages say the same and try again. An encoder that gives no embedding is
        # as bad as when a search meets it: photos that are known are still found.
        level = logging.WARNING if isinstance(error, EncoderError) else logging.ERROR
        log.log(level, "%s", error, extra={"code": error.code})
    scripts.pack_plotly()
    # What lives as long as the process need not be looked through after every rerun of a page.
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the engine beside the server, so that the page can say what is being waited for."""
    warming = threading.Thread(target=_warm_up, name="warm-up", daemon=True)
    warming.start()
    sharing = Upkeep(
        share_sign_outs,
        seconds=FOLLOWS_SECONDS,
        name="sign-outs",
        fails="sign-outs could not be shared with other processes",
    )
    if get_access().is_on:
        sharing.start()
    yield
    sharing.close()
    warming.join(timeout=5)
    stop_engine(FINISHING_SECONDS)


def _base() -> str:
    base: str = st.get_option("server.baseUrlPath")
    return base


with ending_with_a_sentence():
    scraping = Scraping(get_metrics(), get_engine)
own_routes: list[Mount | Route] = [
    Mount("/api", app=routes(get_engine)),
    Mount("/assets", app=scripts.routes()),
    metrics_route(scraping),
    *health_routes(scraping),
]
own_paths = [route.path for route in own_routes]
app = st.App(
    Path(__file__).parent / "pages" / "_main.py",
    lifespan=lifespan,
    routes=own_routes,
    # Asked later: here Streamlit does not know yet where its file of settings is.
    middleware=[
        Middleware(BasePath, base=_base, own=own_paths),
        Middleware(SecurityHeaders, scripts=shell.inline_scripts),
        Middleware(AllowedHosts, names=shell.allowed_hosts),
        Middleware(
            Gate,
            access=get_access,
            identifying=Identifying(get_access, claims_of, get_keys, must_ask=must_ask),
            doors=Doors(),
            uploads=GuestUploads(uploads_held),
        ),
        Middleware(VisitorCookie, base=_base),
        Middleware(DemoLinks, keys=get_keys, base=_base),
        Middleware(
            SignInSteps,
            callback=callback,
            base=_base,
            claims_of=claims_of,
            user=USER,
            tokens=TOKENS,
            seal=seal,
            end=end_sign_in,
        ),
    ],
    on_script_error=show_anything,
)

# Where the settings are, Streamlit knows by now.
with ending_with_a_sentence():
    prepare_path(own_paths)
    prepare_access()
