/*
 * Verdicts on the cards: said by button or key, shown at once, sent behind the scenes. One that the
 * server refuses stays on its card, marked as not saved, with the reason and a way to try again.
 */

const SEARCH = "search"; // the origin of what is said here

/** `stateNow` gives the view's data, words and nodes; `moving` knows the current card. */
function createVerdicts(root, { stateNow, cardsNow, moving }) {
  const journal = createJournal({
    say: (name, facts) => stateNow().words.say(name, facts),
    language: () => stateNow().data.language,
    changed: () => stateNow().data && show(),
  });
  const bar = createBar(root, { onUndo: undo, onAgain: sendAgain });
  let begun = false;

  function name() {
    bar.name(stateNow().words, stateNow().data.analyst);
  }

  /** Bring cards and bar to what is known now. */
  function show() {
    const { data, words, nodes } = stateNow();
    const entries = journal.entries();
    const marks = marksOf(entries, data);
    for (const card of data.cards) markCard(nodes.get(card.id), card, marks.get(card.id), words);
    const unsaved = entries.filter(({ state }) => state === "failed");
    const judged = data.cards.filter((card) => isDecided(marks.get(card.id))).length;
    begun ||= judged > 0 || unsaved.length > 0;
    root.classList.toggle("unjudged", data.photo === null);
    bar.element.hidden = !begun || data.cards.length === 0 || data.photo === null;
    const facts = { judged: words.count(judged), shown: words.count(data.cards.length) };
    const undoable = lastStanding(entries, isHere) !== null;
    bar.show(words, { judged: words.say("judged", facts, judged), undoable, unsaved });
  }

  function begin() {
    if (begun) return;
    begun = true;
    show();
  }

  function isHere({ photo, origin }) {
    return photo === stateNow().data.photo && origin === SEARCH;
  }

  /** Say it of a card; of one that has it from this tab already it need not be said again. */
  function judge(node, verdict) {
    const { data, words } = stateNow();
    const card = data.cards.find(({ id }) => id === node.dataset.id);
    announce(`${words.say(verdict)}: ${card.name}`);
    const entry = ownEntry(card);
    if (entry?.verdict === verdict) return;
    const { photo, space } = data;
    const { id: product, similarity } = card;
    journal.judge({ photo, product, verdict, who: analystName(), origin: SEARCH, space, similarity });
  }

  function ownEntry(card) {
    return lastStanding(journal.entries(), (entry) => isHere(entry) && entry.product === card.id);
  }

  /** A pressed button that is pressed again takes back what it said. */
  function press(node, verdict) {
    const { data } = stateNow();
    const entry = ownEntry(data.cards.find(({ id }) => id === node.dataset.id));
    if (entry?.verdict === verdict) journal.undo(entry);
    else judge(node, verdict);
  }

  function undo() {
    const { data, words, nodes } = stateNow();
    const entry = lastStanding(journal.entries(), isHere);
    if (!entry) return;
    journal.undo(entry);
    const card = data.cards.find(({ id }) => id === entry.product);
    announce(`${words.say("undo")}: ${card?.name ?? ""}`);
    moving.focus(cardsNow().find((node) => node === nodes.get(entry.product)));
  }

  function sendAgain() {
    for (const entry of journal.entries()) {
      if (entry.state === "failed" && entry.retry) journal.retry(entry);
    }
    moving.focus(moving.current(), { preventScroll: true }); // the button goes away
  }

  /** The next card that has no verdict, from this one on and round. */
  function nextOpen(node) {
    const cards = cardsNow();
    const at = cards.indexOf(node);
    const round = [...cards.slice(at + 1), ...cards.slice(0, at)];
    return round.find((card) => !card.dataset.verdict);
  }

  function announce(sentence) {
    root.querySelector(".judgement").textContent = sentence;
  }

  function onKey(event) {
    const said = saidByKey(event);
    const node = event.target.closest(".card");
    const isNone = said === null || said === "unsure" || stateNow().data.photo === null;
    if (isNone) return node !== null && moving.move(event);
    if (event.repeat) return true; // a key that is held down judges one card, not fifty
    if (said === "undo") undo();
    // From elsewhere the first key only leads to the card: nobody judges what they do not see.
    else if (!node) moving.focus(moving.current());
    else {
      judge(node, said);
      moving.focus(nextOpen(node));
    }
    return true;
  }

  root.onkeydown = (event) => {
    if (onKey(event)) {
      event.preventDefault();
      event.stopPropagation(); // Streamlit has keys of its own
    }
  };
  root.addEventListener("focusin", (event) => {
    const node = event.target.closest(".card");
    if (!node) return;
    moving.setCurrent(node);
    // Who only copies an article, or looks closer, has not come to judge.
    if (event.target === node && node.matches(":focus-visible")) begin();
  });
  root.onclick = (event) => {
    const node = event.target.closest(".card");
    const button = event.target.closest("button");
    if (!node || !button) return;
    if (button.dataset.verdict) press(node, button.dataset.verdict);
    else if (button.matches(".once-more")) settleRefused(node);
  };

  /** The button under a refusal: load the page, try again, or leave it where neither would help. */
  function settleRefused(node) {
    const entry = marksOf(journal.entries(), stateNow().data).get(node.dataset.id)?.entry;
    if (!entry) return undefined;
    if (entry.reload) return loadAgain();
    if (entry.retry) journal.retry(entry);
    else journal.drop(entry);
    return moving.focus(node);
  }

  return { name, show };
}

/** What holds for each product: what this tab said last, else what the page was told. */
function marksOf(entries, { photo, verdicts }) {
  const marks = new Map(Object.entries(verdicts).map(([id, verdict]) => [id, { verdict }]));
  for (const entry of entries) {
    if (entry.photo !== photo) continue;
    if (entry.wants === "saved" || entry.state === "failed") {
      marks.set(entry.product, { verdict: entry.verdict, entry });
    } else if (!standsBefore(entries, entry)) {
      marks.set(entry.product, { verdict: entry.now ?? null, entry });
    }
  }
  return marks;
}

/** Whether something this tab said of the pair, before what it took back, still stands. */
function standsBefore(entries, undone) {
  return entries.some((entry) => entry.wants === "saved" && isOf(entry, undone));
}

/** A draw among people, or "cannot tell", leaves a product open. */
function isDecided(mark) {
  return ["match", "different"].includes(mark?.verdict);
}

function markCard(node, card, mark, words) {
  const verdict = isDecided(mark) ? mark.verdict : "";
  const failed = mark?.entry?.state === "failed";
  node.dataset.verdict = verdict;
  node.classList.toggle("sending", mark?.entry?.state === "sending");
  node.classList.toggle("unsaved", failed);
  const said = verdict ? words.say(verdict) : "";
  node.ariaLabel = [card.name, words.similarity(card.hundredths), said].filter(Boolean).join(", ");
  for (const button of node.querySelectorAll(".verdict")) {
    const label = words.say(button.dataset.verdict);
    button.ariaPressed = String(button.dataset.verdict === verdict);
    button.ariaLabel = `${label}: ${card.name}`;
    button.title = label;
  }
  const refused = node.querySelector(".refused");
  refused.hidden = !failed;
  if (!failed) return;
  const { wants, problem } = mark.entry;
  const sentence = words.say(wants === "saved" ? "not_saved" : "not_undone", { why: problem });
  refused.querySelector(".refused-said").textContent = sentence;
  refused.querySelector("button").textContent = words.say(wayOut(mark.entry));
}

/** What the button under a refusal says. */
function wayOut({ reload, retry }) {
  if (reload) return "load_again";
  return retry ? "try_again" : "dismiss";
}
