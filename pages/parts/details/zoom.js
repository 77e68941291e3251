/*
 * Looking at a part of a picture, larger. Pictures that stand side by side are enlarged together, so
 * that the same place of both is seen: by double click, Ctrl with the wheel, two fingers or buttons.
 */

const MOST = 8;
const ONCE = 1.5; // what a button, or a key, enlarges by
const DOUBLED = 2.5; // what a double click does
const FINE = 0.01; // a pinch on a touchpad comes as many small turns of the wheel
const COARSE = 0.0015;
const PAN = 0.1; // of a frame's width, by one key

/** `frames` is the element around the frames; `onScale` is told how large everything is. */
function createZoom(frames, onScale) {
  const whole = { scale: 1, x: 0, y: 0 };
  const pointers = new Map(); // the number of a pointer -> where it is
  let now = whole;

  function show({ scale, x, y }) {
    const room = (scale - 1) / 2; // what is outside of a frame, on either side
    const within = (value) => Math.max(-room, Math.min(room, value));
    now = { scale, x: within(x), y: within(y) };
    frames.style.setProperty("--zoom", scale);
    frames.style.setProperty("--x", now.x);
    frames.style.setProperty("--y", now.y);
    frames.classList.toggle("zoomed", scale > 1);
    onScale(scale);
  }

  /** What lies under a point stays there. Points are shares of a frame, from its middle. */
  function to(scale, at = { x: 0, y: 0 }) {
    const next = Math.max(1, Math.min(MOST, scale));
    const stays = (point, offset) => point - ((point - offset) * next) / now.scale;
    show({ scale: next, x: stays(at.x, now.x), y: stays(at.y, now.y) });
  }

  const pan = (x, y) => show({ ...now, x: now.x + x, y: now.y + y });

  frames.ondblclick = (event) => {
    const at = placeOf(event);
    if (at) to(now.scale > 1 ? 1 : DOUBLED, at);
  };

  // A wheel turned over a picture goes on scrolling, until it was enlarged.
  frames.addEventListener(
    "wheel",
    (event) => {
      const at = placeOf(event);
      if (!at || (!event.ctrlKey && now.scale === 1)) return;
      event.preventDefault();
      to(now.scale * Math.exp(-event.deltaY * (event.ctrlKey ? FINE : COARSE)), at);
    },
    { passive: false },
  );

  frames.onpointerdown = (event) => {
    const at = placeOf(event);
    if (!at || event.button !== 0) return;
    pointers.set(event.pointerId, at);
    if (now.scale === 1 && pointers.size < 2) return;
    event.preventDefault();
    at.frame.setPointerCapture(event.pointerId);
  };

  frames.onpointermove = (event) => {
    const before = pointers.get(event.pointerId);
    const at = before && placeOf(event, before.frame);
    if (!at) return;
    const other = [...pointers].find(([pointer]) => pointer !== event.pointerId)?.[1];
    pointers.set(event.pointerId, at);
    if (other) pinch(before, at, other);
    else if (now.scale > 1) pan(at.x - before.x, at.y - before.y);
  };

  frames.onpointerup = frames.onpointercancel = (event) => pointers.delete(event.pointerId);

  function pinch(before, at, other) {
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y);
    const middle = (one) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
    const [from, until] = [middle(before), middle(at)];
    if (apart(before) > 0) to((now.scale * apart(at)) / apart(before), until);
    pan(until.x - from.x, until.y - from.y);
  }

  return {
    isZoomed: () => now.scale > 1,
    larger: () => to(now.scale * ONCE),
    smaller: () => to(now.scale / ONCE < 1.01 ? 1 : now.scale / ONCE),
    pan: (x, y) => pan(x * PAN, y * PAN),
    reset: () => show(whole),
  };
}

/** Where a pointer is in the frame under it, or in the one where it began; null outside of any. */
function placeOf({ clientX, clientY, target }, began) {
  const frame = began ?? target.closest(".frame");
  if (!frame) return null;
  const { left, top, width, height } = frame.getBoundingClientRect();
  return { x: (clientX - left) / width - 0.5, y: (clientY - top) / height - 0.5, frame };
}
