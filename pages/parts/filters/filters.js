/*
 * The bar of filters over what was found. What somebody ticks and types in the panel is a draft: the
 * server is asked how many products it would leave, and searches when it is chosen. A chip that is
 * pressed is taken back at once.
 */

const PAUSE = 150; // milliseconds that typing rests before the server is asked
const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function filters({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".filters");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.ask = (draft) => setStateValue("asked", draft);
  view.choose = (draft) => setTriggerValue("chosen", draft);
  view.show(data);
  return () => {
    view.close();
    views.delete(root);
  };
});

function createView(root) {
  const part = (name) => root.querySelector(`.${name}`);
  const panel = part("panel");
  // Numbers go on where an earlier view of this tab has ended.
  const state = { data: null, draft: emptyDraft(), number: Date.now(), timer: 0, focusOn: null };
  const view = { show, close: () => clearTimeout(state.timer), ask: () => {}, choose: () => {} };
  const lists = createPanel(root, { draftNow: () => state.draft, change: ask, type: askSoon });

  function show(data) {
    const isNew = data.version !== state.data?.version;
    // A chip that has the focus stays the same element as long as nothing else is chosen.
    const isOther = JSON.stringify(data.chips) !== JSON.stringify(state.data?.chips);
    state.data = data;
    root.lang = data.language;
    name(data.words);
    if (isOther) showChips();
    if (isNew) begin();
    part("said").textContent = data.said;
    part("said").classList.toggle("none", data.isNone);
    if (data.counted?.number === state.number) showCounted(data.counted);
    root.hidden = false;
  }

  function name(words) {
    root.setAttribute("aria-label", words.open);
    panel.setAttribute("aria-label", words.open);
    part("open-said").textContent = words.open;
    for (const text of ["clear", "counting", "leave"]) part(text).textContent = words[text];
    lists.name(words);
  }

  /** Something else is chosen now than before. */
  function begin() {
    if (panel.contains(root.getRootNode().activeElement)) state.focusOn ??= 0;
    fold();
    reset();
    if (state.focusOn === null) return;
    const chip = root.querySelectorAll(".chip")[state.focusOn - 1];
    (chip ?? part("open")).focus({ preventScroll: true });
    state.focusOn = null;
  }

  function reset() {
    state.draft = draftOf(state.data.ticked);
    lists.reset();
  }

  function showChips() {
    const { chips } = state.data;
    part("chips").replaceChildren(...chips.map(makeChip));
    part("badge").textContent = chips.length;
    part("badge").hidden = chips.length === 0;
    part("clear").hidden = chips.length < 2;
  }

  function makeChip(chip, index) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.setAttribute("aria-label", chip.remove);
    const text = document.createElement("span");
    text.textContent = chip.text;
    button.append(text, cross());
    button.onclick = () => take(without(draftOf(state.data.ticked), chip), index);
    item.append(button);
    return item;
  }

  /** Let a draft be what is chosen; then the focus goes to a chip, from 1, or to the opener: 0. */
  function take(draft, focusOn) {
    clearTimeout(state.timer);
    state.focusOn = focusOn;
    state.number += 1;
    view.choose(sent(draft, state.number));
  }

  function ask() {
    clearTimeout(state.timer);
    state.focusOn = null;
    state.number += 1;
    panel.classList.add("pending");
    panel.setAttribute("aria-busy", "true");
    view.ask(sent(state.draft, state.number));
  }

  function askSoon() {
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, PAUSE);
  }

  function showCounted(counted) {
    panel.classList.remove("pending");
    panel.removeAttribute("aria-busy");
    part("counting").hidden = true;
    part("empty").textContent = counted.empty;
    part("empty").hidden = counted.empty === "";
    lists.show(counted);
    const button = part("show");
    button.hidden = counted.empty !== "";
    button.textContent = counted.show;
    button.disabled = counted.isNone || counted.problem !== "";
    part("announcement").textContent = counted.show;
  }

  function unfold() {
    panel.hidden = false;
    part("open").setAttribute("aria-expanded", "true");
    reset();
    ask();
  }

  function fold() {
    clearTimeout(state.timer);
    panel.hidden = true;
    part("open").setAttribute("aria-expanded", "false");
  }

  function leave() {
    fold();
    part("open").focus({ preventScroll: true });
    state.number += 1; // what is still to come is for nobody
    view.ask(null);
  }

  part("open").onclick = () => (panel.hidden ? unfold() : leave());
  part("leave").onclick = leave;
  part("show").onclick = () => take(state.draft, 0);
  part("clear").onclick = () => take(emptyDraft(), 0);
  root.onkeydown = (event) => {
    if (event.key === "Escape" && !panel.hidden) leave();
    else if (event.key === "Enter" && event.target.matches(".lowest, .highest")) take(state.draft, 0);
    // To Streamlit itself letters are commands, wherever it does not see a field.
    else if (!event.target.matches(".field")) return;
    event.stopPropagation();
  };

  return view;
}

function cross() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M7 7l10 10M17 7L7 17");
  icon.append(path);
  return icon;
}
