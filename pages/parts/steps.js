// Pages that keep in their address what is chosen on them. Each choice would be a step of the
// browser's Back, which led to the same page as it is: there a new address takes the place of the
// one before.

const CHOOSING = ["threshold", "usage"];

/** Watch the address; returns how to stop. Browsers that do not tell of it go back choice by choice. */
function watchSteps() {
  const { navigation } = window;

  function hear(event) {
    const now = new URL(location.href);
    const next = new URL(event.destination.url);
    const isChoice = next.pathname === now.pathname && next.search !== now.search;
    if (event.navigationType !== "push" || !isChoice || !isOneOf(CHOOSING, now)) return;
    event.preventDefault();
    queueMicrotask(() => history.replaceState(history.state, "", next));
  }

  navigation?.addEventListener("navigate", hear);
  return () => navigation?.removeEventListener("navigate", hear);
}

function isOneOf(pages, { pathname }) {
  return pages.includes(pathname.split("/").findLast(Boolean));
}
