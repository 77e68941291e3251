/*
 * Mouse, pen and finger alike. Near an edge of the frame they take that edge, near a corner both,
 * inside they take all of it, and outside they draw another one.
 */

const MOUSE_REACH = 10; // pixels on both sides of an edge
const FINGER_REACH = 22;
const HESITATION = 4; // pixels: who moves less wanted to point and not to draw
const CURSORS = {
  move: "move",
  draw: "crosshair",
  left: "ew-resize",
  right: "ew-resize",
  top: "ns-resize",
  bottom: "ns-resize",
  "left top": "nwse-resize",
  "right bottom": "nwse-resize",
  "right top": "nesw-resize",
  "left bottom": "nesw-resize",
};

/** `frameNow` and `leastNow` return what they name; `take` gets every new frame. */
function makePointable({ stage, sheet, frame }, { frameNow, leastNow, take }) {
  let drag = null;

  stage.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault(); // neither a selection nor the focus on nothing
    stage.setPointerCapture(event.pointerId);
    frame.focus({ preventScroll: true });
    const from = placeOf(event);
    drag = { pointer: event.pointerId, from, before: frameNow(), grip: gripAt(from) };
  };

  stage.onpointermove = (event) => {
    if (!drag) stage.style.cursor = CURSORS[gripAt(placeOf(event))];
    else if (event.pointerId === drag.pointer) pull(placeOf(event));
  };

  stage.onpointerup = stage.onpointercancel = (event) => {
    if (event.pointerId === drag?.pointer) drag = null;
  };

  function pull(to) {
    const { from, before, grip } = drag;
    const [x, y] = [(to.x - from.x) / to.width, (to.y - from.y) / to.height];
    if (grip === "move") take(moved(before, x, y));
    else if (grip !== "draw") take(resized(before, edgesPulled(grip, before, x, y), leastNow()));
    else if (drag.drawing || Math.hypot(to.x - from.x, to.y - from.y) > HESITATION) {
      drag.drawing = true;
      take(drawn(shareOf(from), shareOf(to), leastNow()));
    }
  }

  /** Where a pointer is: pixels from the photo's corner, the photo's size, and how far it reaches. */
  function placeOf({ clientX, clientY, pointerType }) {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const reach = pointerType === "mouse" ? MOUSE_REACH : FINGER_REACH;
    return { x: clientX - left, y: clientY - top, width, height, reach };
  }

  /** What a pointer would take here: "move", "draw", or the edges' names. */
  function gripAt({ x, y, width, height, reach }) {
    const { left, top, right, bottom } = frameNow();
    const across = lieOf(x, left * width, right * width, reach, ["left", "right"]);
    const down = lieOf(y, top * height, bottom * height, reach, ["top", "bottom"]);
    if (across === null || down === null) return "draw";
    // All of the photo cannot be moved: who pulls in its middle wants another frame.
    return [across, down].filter(Boolean).join(" ") || (isWhole(frameNow()) ? "draw" : "move");
  }
}

/** At which end of a stretch one is: its name, "" between them, null outside. */
function lieOf(at, low, high, reach, [first, last]) {
  const inside = Math.min(reach, (high - low) / 4); // what is small can still be moved
  if (at < low - reach || at > high + reach) return null;
  if (at <= low + inside) return first;
  return at >= high - inside ? last : "";
}

function edgesPulled(grip, before, x, y) {
  const edges = {};
  for (const edge of grip.split(" ")) {
    edges[edge] = before[edge] + (edge === "left" || edge === "right" ? x : y);
  }
  return edges;
}

function shareOf({ x, y, width, height }) {
  return { x: within(x / width, 0, 1), y: within(y / height, 0, 1) };
}
