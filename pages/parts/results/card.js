/*
 * What every card shows of its product, in the results and in a list of products. Everything that
 * came from a database is set as text.
 */

const AT_ONCE = 12; // pictures on the first screen; the others wait until these are there

/**
 * The cards' elements in their order; those of products already shown are used again. A card is
 * made once and then only moves between the grids, so that its picture is neither fetched nor
 * decoded again. `fillMore` fills in what only one kind of list shows.
 */
function makeCards(template, cards, { words, known, fillMore }) {
  const nodes = new Map();
  cards.forEach((card, index) => {
    const node = known.get(card.id) ?? template.content.firstElementChild.cloneNode(true);
    fillCard(node, card, words);
    fillMore(node, card);
    fillPicture(node, card, { atOnce: index < AT_ONCE, words });
    nodes.set(card.id, node);
  });
  fetchRestLater([...nodes.values()]);
  return nodes;
}

function fillCard(node, card, words) {
  const part = (name) => node.querySelector(`.${name}`);
  node.dataset.id = card.id;
  part("name").replaceChildren(nameOrLink(card, words));
  part("name").title = hint(card, words);
  part("article").textContent = card.article ? words.say("article", { article: card.article }) : "";
  part("category").textContent = [card.article && " · ", card.category].filter(Boolean).join("");
  part("category").hidden = !card.category;
  part("project").textContent = card.project ?? "";
  part("price").textContent = card.price ?? "";
  nameActions(node, card, words);
}

/** Names for screen readers: fifty buttons that are all called alike lead nowhere. */
function nameActions(node, card, words) {
  const { name, article } = card;
  const [look, more, copy] = [".look", ".more", ".copy-article"].map((part) => node.querySelector(part));
  look.ariaLabel = words.say("look", { name });
  more.ariaLabel = words.say("more_like_name", { name });
  node.querySelector(".more-said").textContent = words.say("more_like");
  copy.ariaLabel = copy.title = words.say("copy_article", { article });
  copy.hidden = !article;
}

/** What is cut off or left out on the card: under the pointer, wherever that is on it. */
function hint({ name, description, project }, words) {
  return [name, description, project && words.say("project", { project })].filter(Boolean).join("\n");
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
  if (card.picture && image.getAttribute("src") === card.picture) return;
  frame.classList.toggle("broken", !card.picture);
  frame.classList.toggle("coming", Boolean(card.picture));
  if (!card.picture) {
    image.removeAttribute("src");
    return;
  }
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
