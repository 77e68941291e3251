/*
 * The presentation: the photo and what is above the line, large, and nothing else on the screen. It
 * stays open over the next search; that one's results take their place in it.
 */

const PRESENTATION = "presentation";
const ADOPTED = "likeness-adopted"; // told to a presentation when the next search's results are here
const GRACE = 1500; // milliseconds from the end of a run of the page to its results
const ROOM = 1000; // milliseconds that a browser may take to fill the screen
const IN_A_ROW = { 1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3 }; // columns by products; more: 4

/** `stateNow` gives the view's state; `opener` is the button that opens it. */
function createPresenting(root, { template, opener, stateNow }) {
  const me = {};
  let host = outsideNow(PRESENTATION);
  host?.dispatchEvent(new Event(ADOPTED));
  if (host) own();

  async function open() {
    await fillScreen();
    host = placeOutside(root, PRESENTATION, template);
    const dialog = dialogOf(host);
    host.wayBack = createWayBack(() => dialog.close());
    own();
    fill();
    dialog.showModal();
    host.wayBack(1);
    dialog.focus({ preventScroll: true }); // its own keys scroll it; no button is lit up
  }

  function own() {
    const dialog = dialogOf(host);
    const presented = host;
    host.owner = me;
    dialog.onclose = () => {
      leaveScreen();
      presented.remove();
      presented.wayBack(0);
      if (opener.isConnected) opener.focus({ preventScroll: true });
    };
    dialog.querySelector(".leave").onclick = () => dialog.close();
  }

  /** Bring it to what holds now, if it is open. */
  function show() {
    if (!host?.isConnected) return;
    dress(host, root);
    fill();
  }

  function fill() {
    const { data, words } = stateNow();
    const dialog = dialogOf(host);
    const leave = dialog.querySelector(".leave");
    dialog.ariaLabel = words.say("presentation");
    leave.ariaLabel = leave.title = words.say("leave_presentation");
    fillAsked(dialog.querySelector(".asked"), data, words);
    dialog.querySelector(".presented-said").textContent = sentenceOf(root);
    fillProducts(dialog.querySelector(".presented"), stateNow());
  }

  /** The component goes: to the next search, or for good. */
  function close() {
    if (host?.isConnected && host.owner === me) closeUnlessAdopted(host);
  }

  return { open, show, close };
}

function dialogOf(host) {
  return host.shadowRoot.querySelector("dialog");
}

/** What the page says of the line; where nothing passes, that. */
function sentenceOf(root) {
  const nothing = root.querySelector(".nothing");
  const part = nothing.hidden ? ".evidence" : ".nothing-said";
  return root.querySelector(part).textContent;
}

function fillAsked(frame, { picture }, words) {
  frame.hidden = picture === null;
  frame.closest(".presenting").classList.toggle("without-photo", picture === null);
  const image = frame.querySelector("img");
  image.alt = words.say("searched_with");
  if (picture !== null && image.getAttribute("src") !== picture) image.src = picture;
}

/** Pictures that are there already stay: the next step of anything must not make them flicker. */
function fillProducts(list, state) {
  const cards = state.groups.similar;
  const stamp = JSON.stringify([cards, state.line, state.data.language]);
  if (list.dataset.stamp === stamp) return;
  list.dataset.stamp = stamp;
  list.style.setProperty("--columns", IN_A_ROW[cards.length] ?? 4);
  list.style.setProperty("--rows", cards.length > 3 ? 2 : 1);
  list.replaceChildren(...cards.map((card, index) => presented(card, index, state)));
}

function presented(card, index, { words, line }) {
  const image = made("img", "");
  image.alt = card.name;
  image.decoding = "async";
  image.loading = index < AT_ONCE ? "eager" : "lazy";
  if (card.large ?? card.picture) image.src = card.large ?? card.picture;
  const { number, meter } = similarityOf(card, { words, line });
  const article = card.article && words.say("article", { article: card.article });
  return made("li", "presented-card", [
    pictureFrame(image, words),
    made("p", "presented-name", card.name),
    article && made("p", "presented-article", article),
    made("p", "presented-foot", [made("span", "price", card.price ?? ""), number]),
    meter,
  ]);
}

/** Where the browser allows it; else the presentation has the window. */
async function fillScreen() {
  // The whole document, and before the dialog opens: what is opened later lies on top.
  const filling = document.documentElement.requestFullscreen?.({ navigationUI: "hide" });
  const late = new Promise((done) => { setTimeout(done, ROOM); });
  try {
    await Promise.race([filling, late]);
  } catch (error) {
    console.info("The browser does not give the whole screen.", error.name);
  }
  if (!document.fullscreenElement) return;
  // Esc leaves the whole screen without telling the page of the key.
  document.onfullscreenchange = () => {
    if (document.fullscreenElement) return;
    document.onfullscreenchange = null;
    const host = outsideNow(PRESENTATION);
    if (host) dialogOf(host).close();
  };
}

function leaveScreen() {
  const wasFilled = document.onfullscreenchange !== null;
  document.onfullscreenchange = null;
  if (wasFilled && document.fullscreenElement) document.exitFullscreen();
}

/** Wait for the next search's results; where the page comes to rest without any, let it be seen. */
function closeUnlessAdopted(host) {
  const app = document.querySelector("[data-testid=stApp]");
  let leaving;
  const look = () => {
    clearTimeout(leaving);
    if (app?.dataset.testScriptState === "running") return;
    leaving = setTimeout(() => {
      resting.disconnect();
      dialogOf(host).close();
    }, GRACE);
  };
  const resting = new MutationObserver(look);
  if (app) resting.observe(app, { attributeFilter: ["data-test-script-state"] });
  host.addEventListener(ADOPTED, () => {
    clearTimeout(leaving);
    resting.disconnect();
  }, { once: true });
  look();
}
