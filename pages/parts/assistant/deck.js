/*
 * The cards that are dealt: a few are always at hand, so that nobody waits between two.
 */

const HAND = 6; // cards asked for at once
const LOW = 4; // cards left when the next are asked for

/** `onChange` is told when cards have come, or could not come. */
function createDeck(onChange) {
  let asked = null; // what the cards are dealt for
  let cards = [];
  let seen = new Set(); // pairs at hand or judged: the server may not know them yet
  let running = null;
  let state = fresh();
  let uncounted = []; // what was judged or taken back while the server dealt

  function fresh() {
    return { problem: null, exhausted: false, progress: null };
  }

  /** Deal for another source, scale or line; for the same one nothing happens. */
  function dealFor(next) {
    const same = asked && Object.keys(next).every((name) => next[name] === asked[name]);
    if (same) return;
    asked = next;
    running?.abort();
    running = null;
    cards = [];
    seen = new Set();
    state = fresh();
    fetchMore();
  }

  async function fetchMore() {
    if (running || state.exhausted) return;
    const mine = (running = new AbortController());
    state.problem = null;
    onChange();
    await settled(); // the server then deals nothing that was judged already
    uncounted = [];
    const outcome = await fetchDeal({ ...asked, who: analystName(), n: HAND }, mine.signal);
    if (running !== mine) return; // the line has moved meanwhile
    running = null;
    if (outcome.problem) state.problem = outcome.problem;
    else take(outcome.dealt);
    onChange();
  }

  /** Somebody wants it tried again, whatever came of it before. */
  function again() {
    state.exhausted = false;
    fetchMore();
  }

  function take(dealt) {
    const unseen = dealt.cards.filter((card) => !seen.has(pairOf(card)));
    for (const card of unseen) seen.add(pairOf(card));
    cards.push(...unseen);
    state.progress = dealt.progress;
    for (const [card, change] of uncounted) addTo(state.progress, card, change);
    uncounted = [];
    state.exhausted = unseen.length === 0;
  }

  /** Lay the card on top aside. */
  function next() {
    const card = cards.shift();
    if (cards.length < LOW) fetchMore();
    onChange();
    return card;
  }

  /** Put a card back on top. */
  function putBack(card) {
    seen.add(pairOf(card));
    cards = [card, ...cards.filter((one) => pairOf(one) !== pairOf(card))];
    onChange();
  }

  /** Count a card more or less, until the next deal brings the server's own figures. */
  function count(card, change) {
    if (running) uncounted.push([card, change]);
    if (state.progress) addTo(state.progress, card, change);
    onChange();
  }

  return {
    dealFor,
    count,
    again,
    next,
    putBack,
    top: () => cards[0] ?? null,
    after: () => cards[1] ?? null,
    waiting: () => running !== null,
    state: () => state,
  };
}

function addTo(progress, card, change) {
  progress.judged += change;
  const band = progress.bands.findLast(({ low }) => card.value >= low);
  if (band) band.judged += change;
}

function pairOf({ photo, product }) {
  return `${photo} ${product}`;
}

/** `dealt` as the server answered, or a `problem`: its sentence, or the name of one of ours. */
async function fetchDeal(asked, signal) {
  try {
    const response = await fetch(`api/deal?${new URLSearchParams(asked)}`, { signal });
    const body = await response.json().catch(() => null);
    if (response.ok && body) return { dealt: body };
    return { problem: { sentence: body?.error ?? null, status: response.status, code: body?.code } };
  } catch {
    return { problem: { sentence: null, status: null } };
  }
}
