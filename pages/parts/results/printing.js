/*
 * The printed page of a search: what was searched with, what the line says, and the products as small
 * cards.
 */

/** `stateNow` gives the view's state. */
function createPrinting(root, { parts, stateNow }) {
  let photo = null; // on paper it must be there at once, so it is fetched before

  function show({ data }) {
    if (photo?.getAttribute("src") === data.picture || data.picture === null) return;
    photo = new Image();
    photo.fetchPriority = "low";
    photo.src = data.picture;
  }

  function contents() {
    const state = stateNow();
    if (!state.data) return null;
    const head = made("header", "sheet-head", [askedOf(state, photo), saidOf(parts, state)]);
    const groups = GROUPS.filter((name) => !parts.groups[name].hidden && state.groups[name].length > 0);
    return [head, ...groups.map((name) => groupOf(name, parts, state))];
  }

  const images = () => [photo, ...root.querySelectorAll(".card img")].filter(Boolean);
  const { print, close } = createPaper(root, { template: parts.sheetTemplate, contents, images });
  return { show, print, close };
}

function askedOf({ data, words }, photo) {
  if (data.picture === null) return null;
  const image = copyOf(photo);
  image.alt = words.say("searched_with");
  return made("div", "sheet-asked", [image]);
}

/** The title, what the page says of the line, and when, in which order and where this was found. */
function saidOf(parts, { data, words, list }) {
  const { evidence, shown, estimated, whoseSaid, hidden, currencies } = parts;
  const said = [evidence, shown, estimated, whoseSaid, hidden, currencies];
  const sentences = said.filter((part) => !part.hidden).map((part) => part.textContent);
  const order = `${parts.sortLabel.textContent}: ${parts.sort.selectedOptions[0].textContent}`;
  const address = new URLSearchParams(location.search).has("search") ? location.href : "";
  return made("div", "sheet-said", [
    made("h1", "sheet-title", words.say("sheet_title")),
    made("p", "sheet-evidence", sentences.shift()),
    data.among && made("p", "sheet-note", data.among),
    ...sentences.map((sentence) => made("p", "sheet-note", sentence)),
    list.sort !== "similarity" && made("p", "sheet-note", order),
    made("p", "sheet-note", words.say("searched_on", { date: words.moment(data.madeAt) })),
    address && made("p", "sheet-address", address),
  ]);
}

function groupOf(name, parts, state) {
  const items = state.groups[name].map((card) => sheetCard(card, state));
  return made("section", `sheet-group sheet-${name}`, [
    made("h2", "sheet-group-title", parts.titles[name].textContent),
    made("ol", "sheet-grid", items),
  ]);
}

/** All that is known of a product, nothing cut off. */
function sheetCard(card, state) {
  const { words, nodes } = state;
  const node = nodes.get(card.id);
  const { number, meter } = similarityOf(card, state);
  const article = card.article && words.say("article", { article: card.article });
  const verdict = node.dataset.verdict;
  const image = copyOf(node.querySelector("img"));
  image.onload = null;
  const facts = [
    [article, card.category].filter(Boolean).join(" · "),
    card.project,
    card.description,
    ...card.same.map((one) => [one.name, one.article, one.price].filter(Boolean).join(" · ")),
    verdict && words.say(verdict),
  ];
  return made("li", "sheet-card", [
    pictureFrame(image, words),
    made("p", "sheet-name", card.name),
    ...facts.filter(Boolean).map((fact) => made("p", "sheet-fact", fact)),
    made("p", "sheet-foot", [made("span", "price", card.price ?? ""), number]),
    meter,
  ]);
}
