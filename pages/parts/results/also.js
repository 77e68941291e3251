/*
 * What has the same picture as a card's product: one line, which opens to a list. It takes no card
 * of its own, so that fifty cards are fifty different things.
 */

/** Give a card its line and list, after `before`, where it needs them. */
function fillAlso(node, before, card, words) {
  node.querySelector(".also")?.remove();
  if (card.same.length === 0) return;
  const also = document.createElement("details");
  also.className = "also";
  const said = document.createElement("summary");
  said.className = "also-said";
  said.tabIndex = -1; // until its card is the current one
  said.textContent = card.also;
  const list = document.createElement("ul");
  list.className = "also-list";
  list.append(...card.same.map((one) => alsoItem(one, words)));
  const judged = document.createElement("p");
  judged.className = "also-judged";
  judged.textContent = words.say("also_judged");
  also.append(said, list, judged);
  before.after(also);
}

/** Name, article and price of a further product; a link where it has a page. */
function alsoItem(one, words) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.className = "also-name";
  name.append(nameOrLink(one, words));
  const known = [one.article && words.say("article", { article: one.article }), one.price];
  const facts = document.createElement("span");
  facts.className = "also-facts";
  facts.textContent = known.filter(Boolean).join(" · ");
  item.append(name, facts);
  return item;
}

/** How many products the cards stand for. */
function productsOf(cards) {
  return cards.reduce((sum, card) => sum + 1 + card.same.length, 0);
}
