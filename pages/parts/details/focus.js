/*
 * The focus goes back to what opened the dialog. The browser sees to that itself, unless the page
 * has drawn that anew while it ran: then the focus goes to the card of the product that was opened.
 */

const PATIENCE = 5000; // milliseconds in which the page has run again

/** Note what has the focus; returns what is to be called when the dialog has been closed. */
function noteFocus(product) {
  const opener = deepestFocus();
  return () => watch(opener, product, performance.now() + PATIENCE);
}

/** For a while, not once: what was found may be drawn anew by the run that closing brings about. */
function watch(opener, product, end) {
  const focused = deepestFocus();
  // For a moment it may still be inside of the dialog that was closed.
  const isNowhere = focused === document.body || focused.closest("dialog:not([open])") !== null;
  if (performance.now() > end || !(isNowhere || focused === opener)) return;
  const isLost = opener === document.body || !opener.isConnected;
  const card = isNowhere && isLost ? cardOf(product) : null;
  card?.focus({ preventScroll: true });
  requestAnimationFrame(() => watch(card ?? opener, product, end));
}

/** The element that stands for a product in a list, in whichever component that is. */
function cardOf(product) {
  const hosts = [...document.querySelectorAll("[data-testid^=stBidiComponent]")];
  const found = hosts.map((host) => host.shadowRoot?.querySelector(`.card[data-id="${product}"]`));
  return found.find(Boolean) ?? null;
}
