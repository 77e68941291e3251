/*
 * The browser's way back. What lies over the page has entries of its own in the browser's history,
 * so that Back closes it, as everybody with a phone expects, and does not turn the page behind it.
 *
 * A step inside of a page is one between addresses that differ by a fragment: only then Streamlit
 * does not run the page again. So the entries that lie below get an empty one, and lose it when
 * they are come back to.
 */

const OVER = "likeness-over"; // in an entry's state: by how many steps it lies over the page

/**
 * Returns `to(steps)`, which says how many steps what is open lies over the page, 0 when it is
 * closed. `onBack(steps)` is called when somebody has gone back, with the steps that are left.
 */
function createWayBack(onBack) {
  let steps = 0;
  let address = "";
  let isMoving = false; // the browser is on its way to where we have sent it

  function to(wanted) {
    steps = wanted;
    if (!isMoving) bring();
  }

  /** Bring the browser's history to where we are. */
  function bring() {
    const surplus = stepsNow() - steps;
    if (surplus < 0) address = addressNow();
    while (stepsNow() < steps) push(address);
    isMoving = surplus > 0;
    if (isMoving) history.go(-surplus);
    if (isMoving || steps > 0) window.addEventListener("popstate", hear);
    else window.removeEventListener("popstate", hear);
  }

  function hear() {
    // Else the page itself has gone on meanwhile, or back by more than what lies over it.
    const isSamePage = addressNow() === address;
    if (isSamePage) history.replaceState(history.state, "", address);
    if (isMoving) {
      isMoving = false;
      bring();
      return;
    }
    steps = isSamePage && stepsNow() < steps ? stepsNow() : 0;
    if (steps === 0) window.removeEventListener("popstate", hear);
    onBack(steps);
  }

  return to;
}

function push(address) {
  const step = stepsNow() + 1;
  if (!location.href.includes("#")) history.replaceState(history.state, "", `${address}#`);
  history.pushState({ [OVER]: step }, "", address);
}

function stepsNow() {
  return history.state?.[OVER] ?? 0;
}

/** Where the page is, without an empty fragment. */
function addressNow() {
  return location.href.replace(/#$/, "");
}
