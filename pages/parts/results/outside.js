/*
 * What stands beside the app and not inside it: the presentation, and the sheet that is printed. From
 * inside nothing can cover Streamlit's header, or be printed without the app's scrolling frames.
 */

const THEME = ["text-color", "background-color", "secondary-background-color", "primary-color",
  "heading-color", "font", "base-radius", "red-text-color"];

/** Put an element at the end of the body, in the style sheets and colours that `root` wears. */
function placeOutside(root, name, template) {
  outsideNow(name)?.remove();
  const host = document.createElement("div");
  host.dataset.likeness = name;
  const shadow = host.attachShadow({ mode: "open" });
  const around = root.getRootNode();
  shadow.adoptedStyleSheets = [...(around.adoptedStyleSheets ?? [])];
  const sheets = around.querySelectorAll("style, link[rel=stylesheet]");
  shadow.append(...[...sheets].map((sheet) => sheet.cloneNode(true)), template.content.cloneNode(true));
  dress(host, root);
  document.body.append(host);
  return host;
}

/** What was put there and not taken away yet, perhaps by a search before this one; or null. */
function outsideNow(name) {
  return document.querySelector(`body > [data-likeness=${name}]`);
}

/** The theme's colours hang on Streamlit's own elements: outside they have to be brought along. */
function dress(host, root) {
  const worn = getComputedStyle(root);
  for (const name of THEME.map((part) => `--st-${part}`)) {
    host.style.setProperty(name, worn.getPropertyValue(name));
  }
  host.style.colorScheme = worn.colorScheme;
  host.lang = root.lang;
}

function made(tag, name, content) {
  const element = document.createElement(tag);
  element.className = name;
  if (Array.isArray(content)) element.append(...content.filter(Boolean));
  else if (content !== undefined) element.textContent = content;
  return element;
}

/** A picture on white, or the word that there is none. */
function pictureFrame(image, words) {
  const missing = made("span", "no-picture", words.say("no_picture"));
  missing.ariaHidden = "true";
  const frame = made("div", "picture", [image, missing]);
  const isBroken = !image.getAttribute("src") || (image.complete && image.naturalWidth === 0);
  frame.classList.toggle("broken", isBroken);
  image.onerror = () => frame.classList.add("broken");
  return frame;
}

/** A similarity: a number, and a thin bar with the line's place on it. */
function similarityOf(card, { words, line }) {
  const label = made("span", "unseen", `${words.say("similarity")} `);
  const number = made("span", "number", words.similarity(card.hundredths));
  const meter = made("div", "meter", [made("span", "fill"), made("span", "mark")]);
  meter.ariaHidden = "true";
  meter.style.setProperty("--similarity", Math.max(0, card.score));
  meter.style.setProperty("--line", Math.max(0, line / 100));
  return { number: made("span", "similarity", [label, number]), meter };
}
