/*
 * What a frame is: the shares of the photo's width and height at which its edges lie. Every function
 * returns another frame, within the photo and no smaller than `least` ({ x, y }, shares as well).
 */

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

function isWhole({ left, top, right, bottom }) {
  return left === 0 && top === 0 && right === 1 && bottom === 1;
}

/** The frame when the photo under it has been turned clockwise by so many quarters. */
function turned(frame, quarters) {
  let now = frame;
  for (let turn = 0; turn < (quarters + 4) % 4; turn += 1) {
    now = { left: 1 - now.bottom, top: now.left, right: 1 - now.top, bottom: now.right };
  }
  return now;
}

function moved({ left, top, right, bottom }, x, y) {
  const across = within(x, -left, 1 - right);
  const down = within(y, -top, 1 - bottom);
  return { left: left + across, top: top + down, right: right + across, bottom: bottom + down };
}

/** The frame with some of its edges ({ left: 0.2, … }) elsewhere; none passes the opposite one. */
function resized(frame, edges, least) {
  const { left, top, right, bottom } = { ...frame, ...edges };
  return {
    left: "left" in edges ? within(left, 0, frame.right - least.x) : frame.left,
    top: "top" in edges ? within(top, 0, frame.bottom - least.y) : frame.top,
    right: "right" in edges ? within(right, frame.left + least.x, 1) : frame.right,
    bottom: "bottom" in edges ? within(bottom, frame.top + least.y, 1) : frame.bottom,
  };
}

/** The frame larger or smaller by a factor, around its middle as far as the photo allows. */
function scaled({ left, top, right, bottom }, factor, least) {
  const [x, width] = [(left + right) / 2, within((right - left) * factor, least.x, 1)];
  const [y, height] = [(top + bottom) / 2, within((bottom - top) * factor, least.y, 1)];
  return around({ x, y }, { x: width, y: height });
}

/** The frame drawn from one point to another. */
function drawn(from, to, least) {
  const [left, right] = stretch(from.x, to.x, least.x);
  const [top, bottom] = stretch(from.y, to.y, least.y);
  return { left, top, right, bottom };
}

function around(middle, size) {
  const left = within(middle.x - size.x / 2, 0, 1 - size.x);
  const top = within(middle.y - size.y / 2, 0, 1 - size.y);
  return { left, top, right: left + size.x, bottom: top + size.y };
}

function stretch(from, to, least) {
  const low = within(Math.min(from, to), 0, 1 - least);
  return [low, within(Math.max(from, to), low + least, 1)];
}

function within(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
