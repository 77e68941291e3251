/*
 * In which order the cards of a group stand. The line divides them first: sorting by price brings no
 * doubtful product among the similar ones.
 */

const SORTS = ["similarity", "cheapest", "dearest"];

/**
 * The cards in this order; they come most similar first, and stay so where nothing else decides.
 * Amounts in two currencies are not compared: one currency comes after the other, those with most
 * products first. Products without a price come last, whichever way the prices go.
 */
function sorted(cards, sort) {
  if (sort === "similarity") return cards;
  const places = new Map(currenciesOf(cards).map((currency, place) => [currency, place]));
  const place = (card) => (card.amount === null ? places.size : places.get(card.currency));
  const sign = sort === "cheapest" ? 1 : -1;
  return cards.toSorted(
    (one, other) => place(one) - place(other) || sign * ((one.amount ?? 0) - (other.amount ?? 0)),
  );
}

/** The currencies of these cards' prices, the one with most products first; null is one of none. */
function currenciesOf(cards) {
  const counts = new Map();
  for (const { amount, currency } of cards) {
    if (amount !== null) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  }
  return [...counts.keys()].toSorted((one, other) => counts.get(other) - counts.get(one));
}
