/*
 * A list of products, in the order in which they were found. The cards look and act as those of the
 * results do, and there is no line among them.
 */

const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function products({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".products");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.show(data);
  view.acting.onLook = (product) => setTriggerValue("look", product);
  view.acting.onMore = (product) => setTriggerValue("more", product);
  return () => {
    view.close();
    views.delete(root);
  };
});

function createView(root) {
  const [list, template] = [root.querySelector(".grid"), root.querySelector(".card-template")];
  list.replaceChildren(); // what a view left that was closed
  const state = { data: null, words: null, nodes: new Map() };
  const moving = createMoving(() => [...list.children]);
  const acting = createActing(root, {
    wordsNow: () => state.words,
    cardOf: (node) => state.data.cards.find(({ id }) => id === node.dataset.id),
    announce: (sentence) => { root.querySelector(".announcement").textContent = sentence; },
  });

  const printing = createPrinting(root, () => state);
  root.querySelector(".print").onclick = printing.print;

  function show(data) {
    if (state.data === data) return;
    state.data = data;
    state.words = createWords(data.language, data.texts);
    root.lang = data.language;
    list.ariaLabel = state.words.say("products");
    root.querySelector(".found-said").textContent = data.heading.title;
    root.querySelector(".print-said").textContent = state.words.say("print");
    const known = state.nodes;
    const fillMore = (node, card) => fillProduct(node, card, state.words);
    state.nodes = makeCards(template, data.cards, { words: state.words, known, fillMore });
    for (const [id, node] of known) if (!state.nodes.has(id)) node.remove();
    arrange(list, [...state.nodes.values()]);
    moving.refresh();
    root.hidden = false;
  }

  root.addEventListener("focusin", (event) => {
    const node = event.target.closest(".card");
    if (node) moving.setCurrent(node);
  });
  root.addEventListener("keydown", (event) => {
    if (!event.target.closest(".card") || !moving.move(event)) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
  });

  return { show, acting, close: printing.close };
}

/** What is known only of a product that was found by words: whether it can be searched with. */
function fillProduct(node, card, words) {
  const [more, reason] = [node.querySelector(".more"), node.querySelector(".unindexed")];
  const { name, price } = card;
  node.ariaLabel = [name, price].filter(Boolean).join(", ");
  reason.hidden = card.is_indexed;
  reason.textContent = words.say("not_indexed");
  more.ariaDisabled = String(!card.is_indexed);
  more.title = card.is_indexed ? "" : words.say("why_not_indexed");
  if (!card.is_indexed) more.ariaLabel += `. ${more.title}`;
}
