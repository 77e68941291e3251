// Photos with products beside them. Everything that came from a database is set as text.

let lastAsked = null; // the pictures that were brought into view: once for each time of asking

export default inOrder(function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  if (!root || !data) return;
  root.lang = data.language;
  root.querySelector(".rows").replaceChildren(...data.rows.map((row) => makeRow(row, data)));
  const empty = root.querySelector(".empty");
  empty.textContent = data.words.empty;
  empty.hidden = data.rows.length > 0;
  showHead(root, data, () => setTriggerValue("close", true));
  root.hidden = false;
  if (data.head && data.head.token !== lastAsked) {
    lastAsked = data.head.token;
    root.scrollIntoView({ block: "start" });
  }
});

function showHead(root, { head, words }, close) {
  const part = root.querySelector(".head");
  part.hidden = head === null;
  if (head === null) return;
  part.querySelector(".title").textContent = head.title;
  part.querySelector(".count").textContent = head.count;
  const button = part.querySelector(".close");
  button.textContent = words.close;
  button.onclick = close;
}

function makeRow(row, { words, sideBySide }) {
  const photo = element("figure", "photo", [picture(row.photo, words.photo, "picture", words), element("figcaption", "known", row.title)]);
  const products = element("ul", "products", row.items.map((item) => makeItem(item, words)));
  const node = element("li", "row", [photo, products]);
  node.classList.toggle("pair", sideBySide && row.items.length === 1);
  return node;
}

function makeItem(item, words) {
  const foot = element("p", "foot", [
    element("span", `mark ${item.tone}`, item.mark),
    element("span", "value", item.value),
  ]);
  const name = element("p", "name", item.name);
  name.title = item.name;
  return element("li", "product", [picture(item.picture, item.name, "picture", words), name, element("p", "known", item.known), foot]);
}
