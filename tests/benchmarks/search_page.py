"""How quick and how heavy the search page is, in a real Chromium.

    python -m tests.benchmarks.search_page [--pairs 15]

"Dropped" is the time from handing a file to the page to the first of its products on the screen:
of a photo that the app knows (the embedding is stored, as in every search after the first), and of
one that is new to the built-in encoder. "More like this" is from the click on a card to the first
of the new products. Both end with the second animation frame after the new card is there. Then what
goes over the wire for a list of fifty products with a cold cache. Browser, app and database share
the machine's cores.
"""

from __future__ import annotations

import argparse
import sys
from base64 import b64encode
from collections.abc import Callable
from statistics import median, quantiles

from playwright.sync_api import Browser, Page, Response

from search.demo.pack import load_pack
from tests.browser.browser import ROOT, chromium, find_chromium, open_page, streamlit_app
from tests.embedded_apps import data_folder

CACHED_MS, MORE_MS, WEIGHT_BYTES = 300, 200, 1_000_000

# The component is drawn anew for another search: it is looked for in each frame.
WATCH = """
const cards = () => {
    for (const host of document.querySelectorAll('.stBidiComponent *')) {
        const card = (host.shadowRoot ?? host).querySelector?.('.results .card');
        if (card) return card;
    }
    return null;
};
const frame = () => new Promise(requestAnimationFrame);
const other = async before => {
    for (;;) {
        await frame();
        const card = cards();
        if (card && card.dataset.id !== before) break;
    }
    await frame();
    await frame();
};
"""
DROP = f"""async data => {{
    {WATCH}
    const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], 'photo.jpg', {{ type: 'image/jpeg' }}));
    const input = document.querySelector('[data-testid=stFileUploaderDropzoneInput]');
    const before = cards()?.dataset.id;
    const start = performance.now();
    input.files = carried.files;
    input.dispatchEvent(new Event('change', {{ bubbles: true }}));
    await other(before);
    return performance.now() - start;
}}"""
PICTURES = """root => Promise.all([...root.querySelectorAll('.card img')].map(
    image => image.complete || new Promise(done => { image.onload = done; })))"""
MORE = f"""async () => {{
    {WATCH}
    const card = cards();
    const start = performance.now();
    card.querySelector('.more').click();
    await other(card.dataset.id);
    return performance.now() - start;
}}"""


def main() -> int:
    """Print the table; the exit code tells whether the targets were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    options = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        print("no Chromium found: install one, or name it in LIKENESS_CHROMIUM")
        return 2
    with data_folder() as folder, chromium(executable) as browser:
        environment = {"LIKENESS_DATA_DIR": str(folder)}
        with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
            met = measure_times(browser, address, options.pairs)
            met &= measure_weight(browser, address)
    print("targets met" if met else "targets MISSED")
    return 0 if met else 1


def measure_times(browser: Browser, address: str, pairs: int) -> bool:
    """Drop two photos in turn, and go from card to card."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    open_page(page, address)
    photos = [b64encode(sample.file.read_bytes()).decode() for sample in load_pack().samples]
    new = [_dropped(page, photo) for photo in photos]
    known = [_dropped(page, photos[turn % 2]) for turn in range(2 * pairs)]
    more = [_timed(page, lambda: page.evaluate(MORE)) for _ in range(2 * pairs)]
    page.close()
    print(f"{'':<24} {'p50':>8} {'p95':>8} {'target':>8}")
    _print("dropped, new photo", new, None)
    return _print("dropped, known photo", known, CACHED_MS) & _print(
        "more like this", more, MORE_MS
    )


def measure_weight(browser: Browser, address: str) -> bool:
    """Count what the fifty pictures and their list weigh, for a browser that has seen nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    open_page(page, address)
    page.wait_for_load_state("networkidle")
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(_weight(answer)))
    frames: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda sent: frames.append(len(sent))),
    )
    page.reload()
    page.wait_for_load_state("networkidle")
    frames.clear()
    photo = load_pack().samples[0].file
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(photo)
    page.locator(".card").nth(49).wait_for()
    page.locator(".results").evaluate(PICTURES)
    page.wait_for_load_state("networkidle")
    context.close()
    pictures = [weight for weight in weights if weight]
    total = sum(pictures) + sum(frames)
    print(
        f"{len(pictures)} pictures {sum(pictures) / 1000:,.0f} kB, all else"
        f" {sum(frames) / 1000:,.0f} kB: {total / 1000:,.0f} of {WEIGHT_BYTES / 1000:,.0f} kB"
    )
    return total < WEIGHT_BYTES


def _weight(answer: Response) -> int:
    """Return how many bytes a catalogue picture has; 0 for anything else."""
    return len(answer.body()) if "/api/pictures/" in answer.url else 0


def _dropped(page: Page, photo: str) -> float:
    return _timed(page, lambda: page.evaluate(DROP, photo))


def _timed(page: Page, act: Callable[[], float]) -> float:
    """Act when the page is at rest, and let it come to rest."""
    taken = act()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_load_state("networkidle")
    return taken


def _print(name: str, times: list[float], target: float | None) -> bool:
    said = f"{target:>5.0f} ms" if target else f"{'':>8}"
    p95 = quantiles(times, n=20)[-1]
    print(f"{name:<24} {median(times):>5.0f} ms {p95:>5.0f} ms {said}")
    return target is None or median(times) <= target


if __name__ == "__main__":
    sys.exit(main())
