/*
 * Product cards. A card is made once and then only moves between the grids, so that its picture
 * is neither fetched nor decoded again. Everything that came from a database is set as text.
 */

const AT_ONCE = 12; // pictures on the first screen; the others wait until these are there

/** The cards' elements in their order; those of products already shown are used again. */
function makeCards(template, { cards, threshold }, words, known) {
  const nodes = new Map();
  cards.forEach((card, index) => {
    const node = known.get(card.id) ?? template.content.firstElementChild.cloneNode(true);
    fillCard(node, card, words, threshold.scale);
    fillPicture(node, card, { atOnce: index < AT_ONCE, words });
    nodes.set(card.id, node);
  });
  fetchRestLater([...nodes.values()]);
  return nodes;
}

function fillCard(node, card, words, scale) {
  const part = (name) => node.querySelector(`.${name}`);
  part("name").replaceChildren(nameOrLink(card, words));
  part("name").title = hint(card, words);
  const known = [card.article && words.say("article", { article: card.article }), card.category];
  part("known").textContent = known.filter(Boolean).join(" · ");
  part("project").textContent = card.project ?? "";
  fillAlso(node, part("project"), card, words);
  part("price").textContent = card.price ?? "";
  part("similarity").title = tooltip(card, words, scale);
  part("similarity").firstChild.textContent = `${words.say("similarity")} `;
  part("number").textContent = words.similarity(card.hundredths);
  node.style.setProperty("--similarity", Math.max(0, card.score));
}

/** What is cut off or left out on the card: under the pointer, wherever that is on it. */
function hint({ name, description, project }, words) {
  return [name, description, project && words.say("project", { project })].filter(Boolean).join("\n");
}

/** The exact value, and the cosine where the value is on another scale. */
function tooltip(card, words, scale) {
  const facts = { score: words.precise(card.score), cosine: words.precise(card.similarity) };
  return words.say(scaled("tooltip", scale), facts);
}

/** The name, as a link to the product where the catalogue has an address on the web. */
function nameOrLink(card, words) {
  const address = webAddress(card.link);
  if (!address) return document.createTextNode(card.name);
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener";
  link.tabIndex = -1; // until its card is the current one
  const hint = document.createElement("span");
  hint.className = "unseen";
  hint.textContent = ` ${words.say("opens_in_new_tab")}`;
  link.append(card.name, hint);
  return link;
}

/** The address if it leads to the web, else null: `javascript:` and the like are no links. */
function webAddress(link) {
  if (!link || !URL.canParse(link, document.baseURI)) return null;
  const address = new URL(link, document.baseURI);
  return ["http:", "https:"].includes(address.protocol) ? address.href : null;
}

function fillPicture(node, card, { atOnce, words }) {
  const frame = node.querySelector(".picture");
  const image = frame.querySelector("img");
  frame.querySelector(".no-picture").textContent = words.say("no_picture");
  image.alt = card.name;
  if (image.getAttribute("src") === card.picture) return;
  frame.classList.remove("broken");
  frame.classList.add("coming");
  image.onerror = () => frame.classList.replace("coming", "broken");
  image.addEventListener("load", () => frame.classList.remove("coming"), { once: true });
  image.loading = atOnce ? "eager" : "lazy";
  image.src = card.picture;
}

/** Once the first pictures are there, fetch the others too: the line then never waits for one. */
function fetchRestLater(nodes) {
  const images = nodes.map((node) => node.querySelector("img"));
  const settled = images
    .filter((image) => image.loading === "eager" && !image.complete)
    .map((image) => new Promise((done) => {
      image.addEventListener("load", done, { once: true });
      image.addEventListener("error", done, { once: true });
    }));
  Promise.all(settled).then(() => {
    if (navigator.connection?.saveData) return;
    for (const image of images) image.loading = "eager";
  });
}

/** Put exactly these nodes into the list, in this order, touching only those that have to move. */
function arrange(list, nodes) {
  nodes.forEach((node, index) => {
    const there = list.children[index] ?? null;
    if (there !== node) list.insertBefore(node, there);
  });
}
