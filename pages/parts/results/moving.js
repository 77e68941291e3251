/*
 * From card to card by key. The cards are one stop for Tab, and arrows move among them; what is
 * inside a card can be reached by Tab while the card is the current one.
 */

/** `cardsNow` gives the visible cards' elements in the order they are read. */
function createMoving(cardsNow) {
  let current = null;

  function setCurrent(card) {
    if (current === card) return;
    for (const part of current ? stopsOf(current) : []) part.tabIndex = -1;
    current = card;
    for (const part of current ? stopsOf(current) : []) part.tabIndex = 0;
  }

  /** After the cards were laid anew there must still be one that Tab leads to. */
  function refresh() {
    const cards = cardsNow();
    const kept = cards.includes(current) ? current : (cards[0] ?? null);
    setCurrent(null);
    setCurrent(kept);
  }

  function focus(card, how) {
    if (!card) return;
    setCurrent(card);
    card.focus(how);
  }

  /** Whether the key moved the focus. */
  function move(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    const cards = cardsNow();
    const to = destination(event.key, cards, cards.indexOf(current));
    if (to === undefined) return false;
    focus(to);
    return true;
  }

  return { refresh, setCurrent, focus, move, current: () => current };
}

/** The card and what is in it; looking closer is what Enter on the card itself does. */
function stopsOf(card) {
  return [card, ...card.querySelectorAll("a, button:not(.look), summary")];
}

/** The card a key leads to: itself at an end; undefined where the key means nothing here. */
function destination(key, cards, at) {
  const here = cards[at];
  switch (key) {
    case "ArrowRight":
      return cards[at + 1] ?? here;
    case "ArrowLeft":
      return cards[at - 1] ?? here;
    case "ArrowDown":
      return nearest(here, cards, 1);
    case "ArrowUp":
      return nearest(here, cards, -1);
    case "Home":
      return cards[0];
    case "End":
      return cards.at(-1);
    default:
      return undefined;
  }
}

/** In the next row in this direction, the card whose middle lies closest. */
function nearest(here, cards, direction) {
  const from = here.getBoundingClientRect();
  const boxes = cards.map((card) => ({ card, box: card.getBoundingClientRect() }));
  const beyond = boxes.filter(({ box }) => (box.top - from.top) * direction > 1);
  if (beyond.length === 0) return here;
  const row = Math.min(...beyond.map(({ box }) => box.top * direction)) * direction;
  const aside = ({ box }) => Math.abs(box.left + box.width / 2 - from.left - from.width / 2);
  const inRow = beyond.filter(({ box }) => Math.abs(box.top - row) <= 1);
  return inRow.reduce((best, one) => (aside(one) < aside(best) ? one : best)).card;
}
