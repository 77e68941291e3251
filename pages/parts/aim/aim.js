/*
 * A photo with a frame on it. All that happens to the frame happens here, in the browser; Python
 * hears of it once, when somebody wants to search with what is inside, or leaves.
 */

const QUIET = 400; // milliseconds that the frame rests before a screen reader is told its size
const PATIENCE = 10_000; // milliseconds in which the page has run again
const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function aim({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aim");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.end = (name, value) => {
    view.isDone = true;
    setTriggerValue(name, value);
  };
  view.show(data);
  return () => {
    view.close();
    views.delete(root);
    if (view.isDone) giveFocusBack();
  };
});

/** The focus was on what is gone now: it goes to the button that opened it, once that is there. */
function giveFocusBack() {
  const give = () => {
    const opener = document.querySelector(".st-key-aim_open button");
    if (!opener) return;
    waiting.disconnect();
    if (document.activeElement === document.body) opener.focus({ preventScroll: true });
  };
  const waiting = new MutationObserver(give);
  waiting.observe(document.body, { childList: true, subtree: true });
  requestAnimationFrame(give); // it may have come together with our going
  setTimeout(() => waiting.disconnect(), PATIENCE);
}

/** Keys, and what they do, on one line. */
function together(text) {
  const made = document.createElement("span");
  made.append(...withKeys(text));
  return made;
}

function partsOf(root) {
  const part = (name) => root.querySelector(`.${name}`);
  const names = ["stage", "sheet", "picture", "frame", "size", "whole", "suggested", "search"];
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  return {
    ...parts,
    turnLeft: part("turn-left"),
    turnRight: part("turn-right"),
    leave: part("leave"),
    keys: part("keys"),
    announcement: part("announcement"),
  };
}

function createView(root) {
  const parts = partsOf(root);
  const state = { data: null, frame: WHOLE, turns: 0, image: null };
  const view = { show, close, isDone: false, end: () => {} };

  function show(data) {
    const isNew = data.picture !== state.data?.picture;
    state.data = data;
    state.words = createWords(data.language, data.texts);
    root.lang = data.language;
    name();
    if (isNew) begin();
    else update();
  }

  /** A new photo: its frame is the one that it was searched with. */
  function begin() {
    const { turns, ...frame } = state.data.aim;
    state.turns = turns;
    state.frame = frame;
    state.image = null;
    const image = new Image();
    image.onload = () => {
      state.image = image;
      draw();
    };
    image.src = state.data.picture;
    root.hidden = false;
    lay();
    parts.frame.focus({ preventScroll: true });
  }

  function name() {
    const { say } = state.words;
    parts.picture.setAttribute("aria-label", say("picture"));
    parts.frame.setAttribute("aria-label", say("frame"));
    for (const [button, text] of [[parts.turnLeft, "turn_left"], [parts.turnRight, "turn_right"]]) {
      button.title = say(text);
      button.setAttribute("aria-label", say(text));
    }
    for (const text of ["whole", "suggested", "search", "leave"]) parts[text].textContent = say(text);
    parts.keys.replaceChildren(...say("keys").split(" · ").map(together));
    parts.suggested.hidden = state.data.suggested === null;
  }

  /** The photo's width and height as it is turned now, in the file's pixels. */
  function sizeNow() {
    const [width, height] = state.data.size;
    return state.turns % 2 ? { x: height, y: width } : { x: width, y: height };
  }

  /** The smallest frame; a pixel more than that, for edges are rounded on their way. */
  function leastNow() {
    const { x, y } = sizeNow();
    return { x: Math.min(1, (state.data.least + 1) / x), y: Math.min(1, (state.data.least + 1) / y) };
  }

  function lay() {
    const { x, y } = sizeNow();
    parts.stage.style.setProperty("--ratio", x / y);
    draw();
    update();
  }

  function draw() {
    if (!state.image) return;
    const { naturalWidth: width, naturalHeight: height } = state.image;
    const lies = state.turns % 2 === 1;
    Object.assign(parts.picture, { width: lies ? height : width, height: lies ? width : height });
    const pen = parts.picture.getContext("2d");
    pen.translate(parts.picture.width / 2, parts.picture.height / 2);
    pen.rotate((state.turns * Math.PI) / 2);
    pen.drawImage(state.image, -width / 2, -height / 2);
  }

  function update() {
    for (const edge of Object.keys(WHOLE)) parts.sheet.style.setProperty(`--${edge}`, state.frame[edge]);
    parts.size.textContent = sizeSaid();
  }

  function sizeSaid() {
    const { say, count } = state.words;
    const { x, y } = sizeNow();
    const { left, top, right, bottom } = state.frame;
    const whole = { whole_width: count(x), whole_height: count(y) };
    if (isWhole(state.frame)) return say("size_whole", whole);
    const width = Math.round(right * x) - Math.round(left * x);
    const height = Math.round(bottom * y) - Math.round(top * y);
    return say("size", { width: count(width), height: count(height), ...whole });
  }

  function take(frame) {
    state.frame = frame;
    update();
    announce();
  }

  function turn(quarters) {
    state.turns = (state.turns + quarters + 4) % 4;
    state.frame = turned(state.frame, quarters);
    lay();
    announce();
  }

  function announce() {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      parts.announcement.textContent = parts.size.textContent;
    }, QUIET);
  }

  function search() {
    const { left, top, right, bottom } = state.frame;
    const edges = [left, top, right, bottom].map((edge) => Number(edge.toFixed(4)));
    view.end("chosen", `${state.turns}:${edges.join(",")}`);
  }

  const leave = () => view.end("left", true);
  const doing = { search, left: () => turn(-1), right: () => turn(1) };

  parts.frame.onkeydown = (event) => {
    const wanted = wantedByKey(event, leastNow());
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation(); // to Streamlit itself R means: run the page again
    if (typeof wanted === "function") take(wanted(state.frame));
    else doing[wanted]();
  };
  root.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  };
  parts.turnLeft.onclick = doing.left;
  parts.turnRight.onclick = doing.right;
  parts.whole.onclick = () => take(WHOLE);
  parts.suggested.onclick = () => {
    const { turns, ...frame } = state.data.suggested;
    take(turned(frame, state.turns - turns));
  };
  parts.search.onclick = search;
  parts.leave.onclick = leave;
  makePointable(parts, { frameNow: () => state.frame, leastNow, take });

  function close() {
    clearTimeout(state.timer);
  }

  return view;
}
