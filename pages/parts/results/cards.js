/*
 * What a card of the results shows beside its product: how similar it is, and what else has its
 * picture.
 */

function fillSimilarity(node, card, words, scale) {
  const part = (name) => node.querySelector(`.${name}`);
  fillAlso(node, part("project"), card, words);
  part("similarity").title = tooltip(card, words, scale);
  part("similarity").firstChild.textContent = `${words.say("similarity")} `;
  part("number").textContent = words.similarity(card.hundredths);
  node.style.setProperty("--similarity", Math.max(0, card.score));
}

/** The exact value, and the cosine where the value is on another scale. */
function tooltip(card, words, scale) {
  const facts = { score: words.precise(card.score), cosine: words.precise(card.similarity) };
  return words.say(scaled("tooltip", scale), facts);
}
