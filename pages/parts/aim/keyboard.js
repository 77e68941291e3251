/*
 * What a key does while the frame has the focus. Letters are known by where they lie as well: R is R
 * on a Russian keyboard too.
 */

const STEP = 0.01; // of the photo's width or height
const FACTOR = 1.1;
const ARROWS = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

/** A function that makes another frame of one, or the name of something else to do, or null. */
function wantedByKey(event, least) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return null;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) return (frame) => stretched(frame, arrow, least);
  if (arrow) return (frame) => moved(frame, arrow.x, arrow.y);
  if (event.key === "+" || event.key === "=") return (frame) => scaled(frame, FACTOR, least);
  if (event.key === "-" || event.key === "_") return (frame) => scaled(frame, 1 / FACTOR, least);
  if (event.key === "Enter") return "search";
  if (event.code === "KeyR" || event.key.toLowerCase() === "r") return event.shiftKey ? "left" : "right";
  return null;
}

/** With the shift key the right and the lower edge move; at the photo's edge the opposite ones. */
function stretched(frame, { x, y }, least) {
  if (x > 0 && frame.right === 1) return resized(frame, { left: frame.left - x }, least);
  if (y > 0 && frame.bottom === 1) return resized(frame, { top: frame.top - y }, least);
  return resized(frame, x ? { right: frame.right + x } : { bottom: frame.bottom + y }, least);
}
