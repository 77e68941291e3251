/*
 * The bar at the foot of what is judged: how far one is, which keys there are, what is not saved,
 * and as whom one judges.
 */

const ANALYST = "likeness.analyst";
let analystHere = ""; // where the browser forbids storage
let signedIn = null; // the name of whoever signed in, which nobody types

/** `onUndo` and `onAgain` are called by its buttons. */
function createBar(root, { onUndo, onAgain }) {
  const bar = root.querySelector(".bar");
  const part = (name) => bar.querySelector(`.${name}`);
  const analyst = part("analyst");
  analyst.value = analystName();
  analyst.onchange = () => keepAnalyst(analyst.value);
  part("undo").onclick = onUndo;
  part("again").onclick = onAgain;
  part("reload").onclick = loadAgain;

  /** Say what stays the same while somebody judges; `known` is the name of whoever signed in. */
  function name(words, known) {
    signedIn = known ?? null;
    analyst.hidden = signedIn !== null;
    part("as-known").hidden = signedIn === null;
    part("as-known").textContent = signedIn || words.say("anonymous");
    part("keys").replaceChildren(...withKeys(words.say("keys")));
    part("undo").textContent = words.say("undo");
    part("again").textContent = words.say("send_again");
    part("reload").textContent = words.say("load_again");
    part("as-label").textContent = words.say("judging_as");
    analyst.placeholder = words.say("anonymous");
  }

  /** `judged` is a sentence, `undoable` whether there is anything to take back. */
  function show(words, { judged, undoable, unsaved, problem = "" }) {
    part("judged").textContent = judged;
    part("undo").hidden = !undoable;
    part("unsaved").hidden = unsaved.length === 0;
    const facts = { count: words.count(unsaved.length) };
    const sentence = `${words.say("unsaved", facts, unsaved.length)} ${problem}`.trim();
    if (part("unsaved-said").textContent !== sentence) part("unsaved-said").textContent = sentence;
    const isReload = unsaved.some(({ reload }) => reload);
    part("reload").hidden = !isReload;
    part("again").hidden = isReload || !unsaved.some(({ retry }) => retry);
  }

  return { element: bar, name, show };
}

/** As whom one judges: signed in, or in this browser; "" is nobody in particular. */
function analystName() {
  if (signedIn !== null) return signedIn;
  try {
    return localStorage.getItem(ANALYST) ?? analystHere;
  } catch {
    return analystHere;
  }
}

function keepAnalyst(name) {
  analystHere = name.trim();
  try {
    localStorage.setItem(ANALYST, analystHere);
  } catch (error) {
    console.info("The name is not kept: this browser forbids storage.", error.name);
  }
}
