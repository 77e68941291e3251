/*
 * The assistant: it shows the pairs that teach most, one at a time. Dealing and judging go straight
 * to the HTTP interface; Python hears only that the figures should be counted again.
 */

const ASSISTANT = "assistant"; // the origin of what is said here
const REFRESH_AFTER = 10; // saved judgements
const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function assistant({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".assistant");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.onRefresh = () => setTriggerValue("refresh", true);
  view.show(data);
  return () => views.delete(root);
});

function partsOf(root) {
  const part = (selector) => root.querySelector(selector);
  return {
    title: part(".title"),
    lead: part(".lead"),
    pair: part(".pair"),
    photo: part(".photo"),
    photoSaid: part(".photo-said"),
    product: part(".product"),
    productSaid: part(".product-said"),
    noPicture: [...root.querySelectorAll(".no-picture")],
    name: part(".name"),
    known: part(".known"),
    where: part(".where"),
    choices: [...root.querySelectorAll(".choice")],
    waiting: part(".waiting"),
    trouble: part(".trouble"),
    troubleSaid: part(".trouble-said"),
    dealAgain: part(".deal-again"),
    progress: part(".progress"),
    progressSaid: part(".progress-said"),
    refresh: part(".refresh"),
    bandsTitle: part(".bands-title"),
    bands: part(".bands"),
    announcement: part(".announcement"),
  };
}

function createView(root) {
  const parts = partsOf(root);
  const state = { data: null, words: null, laid: [], fresh: new Set(), counted: new Set() };
  const say = (name, facts, count) => state.words.say(name, facts, count);
  const journal = createJournal({ say, language: () => state.data.language, changed });
  const bar = createBar(root, { onUndo: undo, onAgain: sendAgain });
  const deck = createDeck(() => draw());
  const view = { show, onRefresh: () => {} };

  function show(data) {
    if (state.data === data) return; // the theme changed; style sheets have seen to that
    const { source, scale, line, language, reader } = data;
    state.data = data;
    openJournalOf(data.reader);
    state.words = createWords(language, data.texts);
    root.lang = language;
    sayWhatStays();
    deck.dealFor({ source, scale, line, language, reader });
    draw();
    root.hidden = false;
  }

  function sayWhatStays() {
    parts.title.textContent = say("title");
    parts.lead.textContent = say(state.data.complete ? "lead_complete" : "lead");
    parts.photoSaid.textContent = say("photo");
    parts.productSaid.textContent = say("product");
    for (const said of parts.noPicture) said.textContent = say("no_picture");
    parts.refresh.textContent = say("refresh");
    for (const choice of parts.choices) {
      choice.querySelector("span").textContent = say(choice.dataset.verdict);
    }
    bar.name(state.words, state.data.analyst);
    bar.element.hidden = false;
  }

  function draw() {
    if (!state.data) return;
    const { words, data } = state;
    showPair(parts, deck.top(), words, data.scale);
    prefetch(deck.after());
    showTrouble();
    showProgress(parts, deck.state().progress, words, data.complete);
    showBar();
  }

  function showTrouble() {
    const { problem, exhausted } = deck.state();
    const empty = deck.top() === null;
    hidePair(empty && (problem !== null || exhausted || state.laid.length === 0));
    parts.trouble.hidden = problem === null;
    if (problem) {
      parts.troubleSaid.textContent = inWords(problem);
      parts.dealAgain.textContent = say(isOutdated(problem) ? "load_again" : "try_again");
    }
    parts.waiting.hidden = !empty || problem !== null;
    parts.waiting.textContent = say(exhausted ? "nothing_left" : "dealing");
  }

  /** Between two deals the buttons stay; once there is nothing to press the keys must work on. */
  function hidePair(hidden) {
    const active = root.getRootNode().activeElement;
    const within = parts.pair.contains(active);
    parts.pair.hidden = hidden;
    if (hidden && within) root.focus({ preventScroll: true });
    if (!hidden && active === root) focusChoices();
  }

  function inWords({ sentence, status }) {
    if (sentence) return sentence;
    return status ? say("server_failed", { status }) : say("unreachable");
  }

  function showBar() {
    const entries = journal.entries();
    const unsaved = entries.filter(({ state: how }) => how === "failed");
    bar.show(state.words, {
      judged: "",
      undoable: lastHere(entries) !== null,
      unsaved,
      problem: unsaved.at(-1)?.problem,
    });
    parts.refresh.hidden = state.fresh.size === 0;
  }

  /** The last one of those that this deck dealt: only these can be shown again. */
  function lastHere(entries) {
    const laid = new Set(state.laid.map(pairOf));
    return lastStanding(entries, (entry) => entry.origin === ASSISTANT && laid.has(pairOf(entry)));
  }

  function judge(verdict) {
    if (deck.top() === null) return;
    const card = deck.next();
    const { photo, product, space, similarity } = card;
    state.laid.push(card);
    if (verdict !== "unsure") deck.count(card, 1);
    journal.judge({ photo, product, verdict, who: analystName(), origin: ASSISTANT, space, similarity });
    const now = deck.top();
    announce(now ? `${now.name}. ${parts.where.textContent}` : parts.waiting.textContent);
  }

  function undo() {
    const entry = lastHere(journal.entries());
    if (!entry) return;
    const card = state.laid.findLast((one) => pairOf(one) === pairOf(entry));
    state.laid = state.laid.filter((one) => one !== card);
    if (entry.verdict !== "unsure") deck.count(card, -1);
    deck.putBack(card);
    state.fresh.delete(entry.id);
    journal.undo(entry);
    focusChoices();
    announce(`${say("undo")}: ${card.name}`);
  }

  function sendAgain() {
    for (const entry of journal.entries()) {
      if (entry.state === "failed" && entry.retry) journal.retry(entry);
    }
    deck.again();
    focusChoices();
  }

  /** Those that have arrived since the figures were counted; ten of them count them again. */
  function changed() {
    const laid = new Set(state.laid.map(pairOf));
    for (const entry of journal.entries()) {
      const arrived = entry.state === "done" && entry.wants === "saved";
      if (arrived && laid.has(pairOf(entry)) && !state.counted.has(entry.id)) state.fresh.add(entry.id);
    }
    if (state.fresh.size >= REFRESH_AFTER) refresh();
    draw();
  }

  function refresh() {
    for (const id of state.fresh) state.counted.add(id);
    state.fresh.clear();
    view.onRefresh();
    draw();
  }

  /** A button that goes away once it was pressed leaves the focus where the keys work on. */
  function focusChoices() {
    parts.choices[0].focus({ preventScroll: true });
  }

  function announce(sentence) {
    parts.announcement.textContent = sentence;
  }

  for (const choice of parts.choices) choice.onclick = () => judge(choice.dataset.verdict);
  parts.dealAgain.onclick = () => {
    const { problem } = deck.state();
    if (problem && isOutdated(problem)) return loadAgain();
    deck.again();
    return focusChoices();
  };
  parts.refresh.onclick = () => {
    refresh();
    focusChoices();
  };
  root.onkeydown = (event) => {
    const said = saidByKey(event);
    if (said === null) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.repeat) return; // a key that is held down judges one pair
    if (said === "undo") undo();
    else judge(said);
  };

  return view;
}
