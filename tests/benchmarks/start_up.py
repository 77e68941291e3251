"""How long the app takes to start, and how much memory it holds after a hundred searches.

    python -m tests.benchmarks.start_up [--searches 100]

First start: an empty data folder, until the page shows its samples in Chromium; the cluster is made
and the demo catalogue loaded in that time. Later starts: until the health check answers, and until
the page is usable. Memory: the app with the HTTP encoder on a server of our own that plays Hugging
Face, before and after that many searches by as many different photos, the PostgreSQL processes
beside it: RSS of the app, and the share (PSS) of each, since theirs is mostly shared memory.
"""

from __future__ import annotations

import argparse
import io
import re
import time
from pathlib import Path

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.browser import ROOT, chromium, find_chromium, open_page, streamlit_app
from tests.embedded_apps import at_work, data_folder
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector

MEGABYTE = 1 << 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=100)
    options = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        raise SystemExit("no Chromium found: install one, or name it in LIKENESS_CHROMIUM")
    with data_folder() as folder, chromium(executable) as browser:
        page = browser.new_page()
        rows = [("first start", *start(page, folder))]
        rows += [(f"later start {number}", *start(page, folder)) for number in (1, 2, 3)]
        print(f"{'seconds':16} {'healthy':>8} {'usable':>8}")
        for name, healthy, usable in rows:
            print(f"{name:16} {healthy:8.2f} {usable:8.2f}")
        print("(aims: first start usable in 15, later starts healthy in 3)\n")
        memory(page, folder, options.searches)


def start(page: Page, folder: Path) -> tuple[float, float]:
    """Start the app; return the seconds until it is healthy and until its page is usable."""
    begin = time.monotonic()
    environment = {"LIKENESS_DATA_DIR": str(folder)}
    with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
        healthy = time.monotonic() - begin
        open_page(page, address)
        expect(page.locator(".samples button").first).to_be_visible(timeout=60_000)
        return healthy, time.monotonic() - begin


def memory(page: Page, folder: Path, searches: int) -> None:
    """Search many times through the page and print what the processes hold."""
    with FakeHuggingFace(token=TOKEN, embed=pixels_vector) as fake:
        environment = {
            "LIKENESS_DATA_DIR": str(folder),
            "HUGGINGFACE_API_TOKEN": TOKEN,
            "ENCODER_URL": fake.model_url,
        }
        with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
            open_page(page, f"{address}/catalogue")
            page.get_by_role("button", name="Index ").click()
            expect(page.get_by_text("Every picture can be searched.")).to_be_visible(
                timeout=300_000
            )
            page.get_by_role("link", name="Search").first.click()
            search(page, 0)
            tell("after 1 search", app_process(), folder)
            for number in range(1, searches):
                search(page, number)
            tell(f"after {searches} searches", app_process(), folder)
            print("(aim: 300 MB RSS for the app)")


def search(page: Page, number: int) -> None:
    """Upload a photo that nobody has seen, and wait for its products."""
    noise = np.random.default_rng(number).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize((1200, 900), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    told = page.locator(".st-key-photo").get_by_text(re.compile("Search [0-9a-f-]{36}"))
    before = told.text_content() if told.count() else None
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    )
    expect(told).not_to_have_text(before or "nothing yet", timeout=60_000)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


def app_process() -> psutil.Process:
    """Return the Streamlit server that runs the app."""
    return next(
        process
        for process in psutil.Process().children(recursive=True)
        if "streamlit" in process.cmdline() and str(ROOT / "app.py") in process.cmdline()
    )


def tell(when: str, app: psutil.Process, folder: Path) -> None:
    """Print the app's memory and that of the database processes beside it, keeper included."""
    servers = at_work(folder)
    share = sum(process.memory_full_info().pss for process in servers) / MEGABYTE
    resident = app.memory_info().rss / MEGABYTE
    print(
        f"{when:20} app {resident:6.0f} MB RSS;"
        f" {len(servers)} database processes {share:6.0f} MB PSS together"
    )


if __name__ == "__main__":
    main()
