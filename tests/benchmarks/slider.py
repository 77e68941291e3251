"""How long a step of the threshold slider takes with fifty pictures on the page.

    python -m tests.benchmarks.slider

Times run in a real Chromium from the slider's input event to the second animation frame after it:
by then the new grid has been painted. "work" is the part that is ours: the handler, style and
layout. The row "nothing moves" is the same two frames without a step: what the machine itself
takes. Requests and websocket frames are counted meanwhile.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, WebSocket

from tests.browser.browser import chromium, find_chromium, open_page, streamlit_app

APP = Path(__file__).parents[1] / "browser" / "results_app.py"
STEPS = 30
TARGET_MS = 100

PICTURES = """root => Promise.all([...root.querySelectorAll('.card img')].map(
    image => image.complete || new Promise(done => { image.onload = done; })))"""

STEP = """async (slider, line) => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    const start = performance.now();
    slider.value = line;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.getRootNode().querySelector('.below').getBoundingClientRect(); // style and layout, now
    const work = performance.now() - start;
    await frame();
    await frame();
    return [work, performance.now() - start];
}"""


def main() -> int:
    """Print the table; the exit code tells whether the target was met."""
    executable = find_chromium()
    if executable is None:
        print("no Chromium found: install one, or name it in LIKENESS_CHROMIUM")
        return 2
    with streamlit_app(APP) as address, chromium(executable) as browser:
        met = True
        print(f"{'screen':>11} {'steps':<22} {'work p50':>10} {'p50':>7} {'p95':>7}  wire")
        for width, height in ((1440, 900), (390, 844)):
            page = browser.new_page(viewport={"width": width, "height": height})
            met &= measure(page, address)
            page.close()
    print(f"target: {TARGET_MS} ms at p50 and nothing on the wire: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def measure(page: Page, address: str) -> bool:
    """Time single steps through the shown products, and jumps that move all fifty."""
    wire: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: wire.append("frame"))
        socket.on("framereceived", lambda _: wire.append("frame"))

    page.on("websocket", listen)
    page.on("request", lambda request: wire.append(request.url))
    open_page(page, address)
    page.locator(".results").evaluate(PICTURES)
    size = page.viewport_size
    screen = f"{size['width']} x {size['height']}" if size else "?"
    rows = {
        "nothing moves": [70] * STEPS,
        "steps of 0.01": [70 + step % 15 for step in range(STEPS)],
        "all 50 change sides": [90 if step % 2 else 30 for step in range(STEPS)],
    }
    met = True
    for name, lines in rows.items():
        wire.clear()
        slider = page.get_by_role("slider")
        times = [slider.evaluate(STEP, line) for line in lines]
        work, painted = (list(column) for column in zip(*times, strict=True))
        print(
            f"{screen:>11} {name:<22} {median(work):>7.1f} ms "
            f"{median(painted):>4.0f} ms {quantiles(painted, n=20)[-1]:>4.0f} ms  {len(wire)}"
        )
        met &= median(painted) <= TARGET_MS and not wire
    return met


if __name__ == "__main__":
    sys.exit(main())
