/*
 * One search of a history: what was searched with, what was found, and what can be done with it.
 * Everything that came from a database is set as text.
 */

/**
 * Make a search's element. `fold` has the ids of the searches that are folded into it, and tells
 * whether they are seen; `unfold()` changes that. `ask(wish)` wants something done; `tell(text)` says
 * it to everybody, and `hear(text)` to screen readers, where others see it anyway.
 */
function makeEntry(template, entry, fold, { words, longest, unfold, ask, tell, hear }) {
  const node = template.content.firstElementChild.cloneNode(true);
  const part = (name) => node.querySelector(`.${name}`);
  const { say } = words;
  node.dataset.id = entry.id;
  node.classList.toggle("pinned", entry.pinned);
  node.classList.toggle("earlier", entry.under !== "");
  node.classList.toggle("folding", fold.ids.length > 0);
  showSubject(part, entry, say);
  showFound(part, entry);
  showFold(part, entry, fold, { say, unfold });
  nameActs(part, entry, fold, say);
  part("pin").onclick = () => ask({ act: entry.pinned ? "unpin" : "pin", search: entry.id });
  part("copy").onclick = () => copyAddress(part("copy"), entry, say, { tell, hear });
  makeNameable(part, entry, { say, longest, ask });
  const sure = { question: questionOf(fold, say), keep: say("keep"), really: say("forget") };
  const forget = { act: "forget", search: entry.id, earlier: fold.ids };
  makeSure(part("forget"), part("sure"), sure, () => ask(forget));
  return node;
}

function showSubject(part, entry, say) {
  const link = part("title");
  link.textContent = entry.title || entry.subject;
  link.href = entry.open;
  link.setAttribute("aria-label", say("open", { name: entry.name }));
  const when = part("when");
  when.textContent = entry.when;
  when.dateTime = entry.made;
  part("thumb").classList.add(entry.kind);
  showPicture(part("thumb").querySelector("img"), entry.picture, entry.subject);
  part("thumb").title = entry.picture ? "" : say("no_picture");
}

/** Show a picture; where there is none, or none comes, what lies behind it is seen. */
function showPicture(image, address, name) {
  image.alt = name;
  image.hidden = !address;
  image.onerror = () => {
    image.hidden = true;
  };
  if (address) image.src = address;
}

function showFound(part, entry) {
  part("similar").textContent = entry.similar;
  const chips = entry.narrow.map((text) => {
    const chip = document.createElement("li");
    chip.textContent = text;
    return chip;
  });
  part("chips").replaceChildren(...chips);
  part("chips").hidden = chips.length === 0;
  const { best } = entry;
  part("best").hidden = best === null;
  if (best === null) return;
  showPicture(part("best").querySelector("img"), best.picture, best.name);
  part("best-name").textContent = best.name;
  part("bar").style.setProperty("--share", best.share);
  part("score-said").textContent = best.score;
  part("score").title = best.said;
}

function showFold(part, entry, { ids, isOpen }, { say, unfold }) {
  const button = part("unfold");
  button.hidden = ids.length === 0;
  if (button.hidden) return;
  part("unfold-said").textContent = say(`earlier_${entry.kind}`, { n: ids.length }, ids.length);
  button.setAttribute("aria-expanded", String(isOpen));
  button.onclick = unfold;
}

/** What is forgotten with a search is said before. */
function questionOf({ ids }, say) {
  return ids.length === 0 ? say("sure") : say("sure_earlier", { n: ids.length }, ids.length);
}

function nameActs(part, entry, { ids }, say) {
  const { name } = entry;
  part("chips").setAttribute("aria-label", say("narrowed"));
  const acts = ["rename", "copy", "again", "forget"].map((act) => [part(act), act]);
  for (const [node, act] of [...acts, [part("pin"), entry.pinned ? "unpin" : "pin"]]) {
    node.title = say(act);
    node.setAttribute("aria-label", say(`${act}_named`, { name }));
  }
  if (ids.length > 0) {
    part("rename").title = say("rename_alone");
    part("pin").title = say("pin_alone");
  }
  part("pin").setAttribute("aria-pressed", String(entry.pinned));
  part("again").href = entry.again;
}

async function copyAddress(button, entry, say, { tell, hear }) {
  const address = new URL(entry.share, location.href).href;
  if (!(await copyText(address))) return tell(say("not_copied", { address }));
  button.classList.add("done");
  button.onpointerleave = button.onblur = () => button.classList.remove("done");
  return hear(say("copied"));
}

/** A name takes the place of the title while it is written: Enter keeps it, Escape leaves it. */
function makeNameable(part, entry, { say, longest, ask }) {
  const [form, field] = [part("naming"), part("name")];
  field.setAttribute("aria-label", say("title"));
  field.maxLength = longest;
  field.placeholder = entry.subject;
  part("save").textContent = say("save");
  part("cancel").textContent = say("cancel");
  const show = (isOpen) => {
    form.hidden = !isOpen;
    part("head").hidden = isOpen;
  };
  const leave = () => {
    show(false);
    part("rename").focus();
  };
  part("rename").onclick = () => {
    field.value = entry.title;
    show(true);
    field.select();
  };
  part("cancel").onclick = leave;
  form.onkeydown = (event) => {
    event.stopPropagation(); // to Streamlit itself letters are shortcuts
    if (event.key === "Escape") leave();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const title = field.value.trim();
    leave();
    if (title !== entry.title) ask({ act: "rename", search: entry.id, title });
  };
}
