/*
 * What can be done with a card: look closer, search for more like it, copy its article. Looking and
 * searching are told to Python, which runs the page again; copying stays here.
 */

const SHOWN_COPIED = 2500; // milliseconds

/** `cardOf` gives the data of a card's element, `announce` tells screen readers a sentence. */
function createActing(root, { wordsNow, cardOf, announce }) {
  const acting = { onLook: () => {}, onMore: () => {} };

  root.addEventListener("click", (event) => {
    const [node, button] = [event.target.closest(".card"), event.target.closest("button")];
    if (!node || !button) return;
    if (button.matches(".look")) look(node);
    else if (button.matches(".more")) searchMore(node, button);
    else if (button.matches(".copy-article")) copy(node);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".card") || event.repeat) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    look(event.target);
  });

  function look(node) {
    acting.onLook(cardOf(node).id);
  }

  function searchMore(node, button) {
    if (button.ariaDisabled === "true") return announce(button.title);
    acting.onMore(cardOf(node).id);
    lookUp(); // what happens now happens there
    return undefined;
  }

  /** Say that it is copied, in the line where the category stands; nothing moves. */
  async function copy(node) {
    const { article } = cardOf(node);
    const isDone = await copyText(article);
    const said = wordsNow().say(isDone ? "copied" : "not_copied");
    if (!isDone) getSelection().selectAllChildren(node.querySelector(".article"));
    const bubble = node.querySelector(".copied");
    bubble.textContent = said;
    bubble.hidden = false;
    node.classList.toggle("has-copied", isDone);
    announce(`${said}: ${article}`);
    clearTimeout(node.copiedTimer);
    node.copiedTimer = setTimeout(() => {
      bubble.hidden = true;
      node.classList.remove("has-copied");
    }, SHOWN_COPIED);
  }

  return acting;
}

/** Where what is found for something else begins, once that is there: at the page's top. */
function lookUp() {
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
}
