/*
 * A product in a dialog of the browser's own. What needs no server happens at once: closing, going
 * back, and the picture and the name of a neighbour, which are known already; the rest of it comes
 * when the page has run again.
 */

const views = new WeakMap(); // the dialog -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function details({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".details");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.tell = setTriggerValue;
  view.show(data);
  return () => {
    views.delete(root);
    view.leave();
  };
});

function createView(root) {
  const part = (name) => root.querySelector(`.${name}`);
  const state = { data: null, drawn: "", trail: [], awaited: null, closed: null };
  const view = { show, leave, tell: () => {}, giveFocusBack: () => {} };
  const stage = createStage(root);
  const wayBack = createWayBack((steps) => (steps === 0 ? root.close() : goBack(steps)));

  /** What Python says. Of a product that nobody waits for any more, or that was closed, nothing. */
  function show(data) {
    if (data.round === state.closed) return;
    if (state.awaited !== null && data.id !== state.awaited) return;
    if (!root.open) state.trail = [];
    waitFor(null);
    draw(data);
    if (!root.open) open();
  }

  /** Wait for a product, or for none any more. */
  function waitFor(id) {
    state.awaited = id;
    root.setAttribute("aria-busy", String(id !== null));
  }

  function open() {
    view.giveFocusBack = noteFocus(state.data.id);
    root.showModal();
    wayBack(1);
    part("body").scrollTop = 0;
  }

  /** Draw what is not there yet: a page that runs again for another reason changes nothing. */
  function draw(data) {
    const said = JSON.stringify(data);
    if (said === state.drawn) return;
    Object.assign(state, { data, drawn: said, words: createWords(data.language, data.texts) });
    const { words } = state;
    root.lang = data.language;
    part("title").textContent = data.product?.name || words.say("title");
    part("close").title = words.say("close");
    part("close").setAttribute("aria-label", words.say("close"));
    showBack();
    showProblem(data.problem);
    part("body").hidden = data.product === null;
    if (data.product === null) return;
    stage.show(words, data);
    showFacts(root, data, words, announce);
    showNeighbours(root, data.product, words, lookAt);
  }

  function showBack() {
    const before = state.trail.at(-1);
    part("back").hidden = before === undefined;
    part("back-said").textContent = before ? state.words.say("back", { name: before.product.name }) : "";
  }

  function showProblem(problem) {
    part("problem").hidden = problem === null;
    part("what").textContent = problem?.what ?? "";
    part("next").textContent = problem?.next ?? "";
    part("retry").textContent = state.words.say("retry");
    part("retry").hidden = !problem?.retry;
  }

  /** A neighbour: its picture is seen at once, and all of it soon. */
  function lookAt(neighbour) {
    const { data } = state;
    state.trail.push(data);
    wayBack(1 + state.trail.length);
    const known = { name: neighbour.name, price: neighbour.price, pictures: [neighbour.picture], shown: 0 };
    const unknown = { article: "", facts: [], description: "", link: null, offers: null, neighbours: [], alone: "" };
    turnTo({ ...data, id: neighbour.id, why: null, problem: null, product: { ...unknown, ...known } });
  }

  /** Go back to where the trail was so many steps long, the dialog itself being the first. */
  function goBack(steps) {
    const before = state.trail[steps - 1];
    state.trail.length = steps - 1;
    wayBack(steps);
    turnTo(before);
  }

  function turnTo(data) {
    waitFor(data.id);
    draw(data);
    part("body").scrollTop = 0;
    part("title").focus({ preventScroll: true }); // what was pressed is gone
    view.tell("looked", data.id);
  }

  function announce(text) {
    part("announcement").textContent = "";
    part("announcement").textContent = text;
  }

  part("back").onclick = () => goBack(state.trail.length);
  part("retry").onclick = () => view.tell("looked", state.data.id);
  part("close").onclick = () => root.close();
  part("more").onclick = () => {
    close("wanted", state.data.id);
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 }); // where it happens now
  };

  // Beside the dialog is its backdrop, which is the dialog's own, under none of its parts.
  let pressed = null;
  root.onpointerdown = (event) => { pressed = event.target; };
  root.onclick = (event) => { if (event.target === root && pressed === root) root.close(); };

  root.onclose = () => close("closed", true);
  root.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.target.closest(".scroller") || !state.data?.product) return;
    if (stage.takeKey(event)) event.preventDefault();
  };

  /** Close, and tell the page once why. */
  function close(name, value) {
    if (state.closed === state.data.round) return;
    state.closed = state.data.round;
    waitFor(null);
    root.close();
    wayBack(0);
    // What is searched for now takes the place of what the dialog was opened from.
    if (name === "closed") view.giveFocusBack();
    view.tell(name, value);
  }

  /** The page shows it no longer: nothing is told, and the focus goes back to where it was. */
  function leave() {
    root.onclose = null;
    root.close();
    wayBack(0);
  }

  return view;
}
