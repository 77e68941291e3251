/*
 * The printed page of products that were found by words: what was looked for, and the products as
 * small cards, in the order in which they stand.
 */

/** `stateNow` gives the view's state. */
function createPrinting(root, stateNow) {
  function contents() {
    const { data, words, nodes } = stateNow();
    if (!data) return null;
    const head = made("header", "sheet-head", [headingOf(data, words)]);
    const items = data.cards.map((card) => sheetCard(card, nodes.get(card.id), words));
    return [head, made("section", "sheet-group", [made("ol", "sheet-grid", items)])];
  }

  const template = root.querySelector(".sheet-template");
  const pictures = () => [...stateNow().nodes.values()].map((node) => node.querySelector("img"));
  const images = () => pictures().filter((image) => image.getAttribute("src"));
  return createPaper(root, { template, contents, images });
}

function headingOf({ heading }, words) {
  const address = new URLSearchParams(location.search).has("text") ? location.href : "";
  return made("div", "sheet-said", [
    made("h1", "sheet-title", heading.title),
    ...heading.notes.map((note) => made("p", "sheet-note", note)),
    made("p", "sheet-note", words.say("searched_on", { date: words.moment(heading.madeAt) })),
    address && made("p", "sheet-address", address),
  ]);
}

/** All that is known of a product, nothing cut off. */
function sheetCard(card, node, words) {
  const article = card.article && words.say("article", { article: card.article });
  const image = copyOf(node.querySelector("img"));
  image.onload = null;
  const facts = [[article, card.category].filter(Boolean).join(" · "), card.project];
  return made("li", "sheet-card", [
    pictureFrame(image, words),
    made("p", "sheet-name", card.name),
    ...facts.filter(Boolean).map((fact) => made("p", "sheet-fact", fact)),
    made("p", "sheet-foot", [made("span", "price", card.price ?? "")]),
  ]);
}
