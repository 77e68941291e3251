// Streamlit's own words, which are English only, in the reader's language: what stands in its
// elements, and what they are called for those who hear them. Our components speak for themselves.

const CALLED = ["aria-label", "title", "placeholder", "alt"];

/**
 * Keep Streamlit's elements translated, whenever they come, as the last words that were given say.
 * The dropzone, which says that it is nothing and has a name, becomes a group; a photo gets a name.
 */
function createInterpreter() {
  let words = new Map(); // English, or what it was made into -> what is said instead
  let picture = ""; // what a picture is called that Streamlit gives no name
  const observer = new MutationObserver((changes) => changes.forEach(meet));

  /** Say these words from now on: English -> the reader's language, with {…} for whatever stands there. */
  function speak(given, pictureName) {
    for (const image of document.querySelectorAll("[data-testid=stImage] img[alt]")) {
      if (picture && image.alt === picture) image.alt = pictureName;
    }
    picture = pictureName;
    const english = new Map([...words].map(([, { from, said }]) => [said, from]));
    words = new Map(Object.entries(given).map(([from, said]) => [from, { from, said }]));
    for (const [said, from] of english) if (words.has(from)) words.set(said, words.get(from));
    interpretAll(document.body);
  }

  function meet({ type, target, addedNodes }) {
    if (type === "childList") addedNodes.forEach(interpretAll);
    else interpret(target);
  }

  function interpretAll(node) {
    interpret(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const element of node.querySelectorAll(CALLED.map((name) => `[${name}]`).join())) interpret(element);
    for (const zone of node.querySelectorAll("[role=presentation][aria-label]")) zone.setAttribute("role", "group");
    for (const image of node.querySelectorAll("[data-testid=stImage] img:not([alt])")) image.alt = picture;
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) interpret(texts.currentNode);
  }

  function interpret(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const said = inWords(node.data);
      if (said !== null && isStreamlits(node)) node.data = said;
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      for (const name of CALLED) {
        const said = node.hasAttribute(name) ? inWords(node.getAttribute(name)) : null;
        if (said !== null) node.setAttribute(name, said);
      }
    }
  }

  /** What is said instead of a text, or null where nothing is known, or it is said already. */
  function inWords(text) {
    const trimmed = text.trim();
    const known = trimmed ? (words.get(trimmed) ?? patternOf(trimmed)) : null;
    return known && known.said !== trimmed ? known.said : null;
  }

  function patternOf(text) {
    for (const { from, said } of words.values()) {
      if (!from.includes("{")) continue;
      const [before, after] = from.split(/\{\w+\}/);
      if (!text.startsWith(before) || !text.endsWith(after) || text.length <= before.length + after.length) continue;
      const what = text.slice(before.length, text.length - after.length);
      return { from, said: said.replace(/\{\w+\}/, () => what) };
    }
    return null;
  }

  const seen = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: CALLED };
  observer.observe(document.body, seen);
  return { speak, close: () => observer.disconnect() };
}

/** Whether a text stands in Streamlit's own controls, and not in what a page or a person wrote. */
function isStreamlits(node) {
  const uploader = "[data-testid=stFileUploaderDropzone], [data-testid=stFileUploader] :is(label, button)";
  const within = `${uploader}, a[href='#stMain'], [role=tooltip]`;
  const around = node.parentElement;
  if (around?.closest(within)) return true;
  // Its own messages, such as that there is no such page: what pages put into a dialog is in blocks.
  return Boolean(around?.closest("[role=dialog]")) && !around.closest("[data-testid=stVerticalBlock]");
}
