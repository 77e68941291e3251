// The photos of a set, each with what was found for it. Everything that came from a file or a
// database is set as text. A row is made anew only when it has changed: pictures do not flicker.

export default inOrder(function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".batch");
  if (!root || !data) return;
  root.lang = data.language;
  const status = root.querySelector("[role=status]");
  if (status.textContent !== data.status) status.textContent = data.status;
  const open = (search) => setTriggerValue("opened", search);
  showRows(root.querySelector(".rows"), data, open);
  root.hidden = false;
});

function showRows(list, { rows, words }, open) {
  rows.forEach((row, place) => {
    const version = JSON.stringify(row);
    const shown = list.children[place];
    if (shown?.dataset.version === version) return;
    const made = makeRow(row, words, open);
    made.dataset.version = version;
    if (shown) shown.replaceWith(made);
    else list.append(made);
  });
  while (list.children.length > rows.length) list.lastElementChild.remove();
  // As long as nothing was found there is room for several in a line.
  list.classList.toggle("sheet", rows.every(({ items }) => items.length === 0));
}

function makeRow(row, words, open) {
  const told = element("div", "told", [element("p", "file", row.name)]);
  if (row.said) told.append(element("p", "said", row.said));
  if (row.search) told.append(link(row, words, open));
  const about = element("div", "about", [told]);
  if (row.photo) about.prepend(picture(row.photo, row.shows, "picture photo", words));
  const node = element("li", "row", [about]);
  node.classList.add(row.state);
  node.classList.toggle("busy", row.busy);
  if (row.items.length) node.append(element("ul", "products", row.items.map((item) => makeItem(item, words))));
  else node.classList.add(row.photo ? "alone" : "slight");
  return node;
}

/** A link that can be copied and opened beside; a plain click stays in this tab's session. */
function link(row, words, open) {
  const made = element("a", "open", [words.open, element("span", "unseen", `: ${row.name}`)]);
  made.href = row.address;
  made.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(row.search);
  };
  return made;
}

function makeItem(item, words) {
  const name = element("p", "name", item.name);
  name.title = item.name;
  const fill = element("div", "fill", "");
  fill.style.setProperty("--similarity", Math.max(0, Math.min(1, item.score)));
  const meter = element("div", "meter", [fill]);
  const foot = element("p", "foot", [
    element("span", "value", item.value),
    element("span", "known", item.mark),
  ]);
  const parts = [picture(item.picture, item.name, "picture", words), meter, foot, name];
  if (item.known) parts.push(element("p", "known", item.known));
  const node = element("li", "product", parts);
  node.classList.add(item.standing);
  return node;
}
