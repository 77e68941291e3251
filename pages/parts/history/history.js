/*
 * The searches of a browser, day by day. What somebody wants to be done is seen at once; Python does
 * it, and says how things stand then.
 */

const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function history({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".history");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root, data.done));
  const view = views.get(root);
  view.send = (open) => setTriggerValue("asked", open);
  view.show(data);
  return () => views.delete(root);
});

function createView(root, done) {
  const part = (name) => root.querySelector(`.${name}`);
  const wishes = createWishes();
  const nodes = new Map(); // the id of a search -> { made: what it was made of, node }
  const unfolded = new Set(); // the ids of the searches whose earlier ones are seen
  const view = { show, send: () => {} };
  let data = null;
  let words = null;
  let told = done; // what was said before this page was opened is no news
  let lastBefore = null; // the last search that was listed when older ones were asked for

  function show(given) {
    data = given;
    words = createWords(data.language, data.texts);
    root.lang = data.language;
    wishes.heard(data.done);
    root.hidden = false;
    draw();
    if (lastBefore !== null) goOnAfter(lastBefore);
    if (data.done > told) tell(data.said, data.isProblem);
    told = data.done;
  }

  function draw() {
    const groups = wishes.expected(data.groups);
    const focused = whereFocusIs(root);
    arrange(part("groups"), groups.map(groupNode));
    const there = new Set(listed().map(({ dataset }) => dataset.id));
    for (const id of nodes.keys()) if (!there.has(id)) nodes.delete(id);
    showFoot(groups.length > 0);
    giveFocusBack(focused, nodes);
  }

  function groupNode(group) {
    const known = root.querySelector(`.group[data-key="${group.key}"]`);
    const node = known ?? part("one-group").content.firstElementChild.cloneNode(true);
    node.dataset.key = group.key;
    node.querySelector(".day").textContent = group.title;
    const list = node.querySelector(".entries");
    list.setAttribute("aria-label", group.title);
    const seen = group.entries.filter(({ under }) => under === "" || unfolded.has(under));
    arrange(list, seen.map((entry) => entryNode(entry, foldOf(entry, group))));
    return node;
  }

  /** The searches that are folded into one, and whether they are seen. */
  function foldOf({ id }, { entries }) {
    const ids = entries.filter(({ under }) => under === id).map((entry) => entry.id);
    return { ids, isOpen: unfolded.has(id) };
  }

  function unfold(id) {
    if (!unfolded.delete(id)) unfolded.add(id);
    draw();
  }

  /** What has not changed stays as it is, with its pictures and with what is being written in it. */
  function entryNode(entry, fold) {
    const made = JSON.stringify([entry, fold, data.language]);
    const known = nodes.get(entry.id);
    if (known?.made === made) return known.node;
    const node = makeEntry(part("one-entry"), entry, fold, {
      words, longest: data.longest, unfold: () => unfold(entry.id), ask, tell, hear,
    });
    nodes.set(entry.id, { made, node });
    return node;
  }

  function showFoot(isThere) {
    const { say } = words;
    part("older").textContent = say("older");
    part("older").hidden = !data.older || !isThere;
    part("older").onclick = () => ask({ act: "older" });
    part("forget-all").hidden = !isThere;
    part("forget-all-said").textContent = say("forget_all");
    const sure = { question: say("sure_all"), keep: say("keep"), really: say("forget_all") };
    makeSure(part("forget-all"), part("sure-all"), sure, () => ask({ act: "forget_all" }));
    part("dismiss").title = say("dismiss");
    part("dismiss").setAttribute("aria-label", say("dismiss"));
    part("dismiss").onclick = () => {
      tell("");
      root.focus();
    };
  }

  function ask(wish) {
    const all = listed();
    const at = all.findIndex(({ dataset }) => dataset.id === wish.search);
    view.send(wishes.add(wish));
    tell("");
    if (wish.act === "older") lastBefore = all.at(-1)?.dataset.id ?? null;
    else draw();
    const nearest = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()];
    if (wish.act.startsWith("forget")) goTo(nearest.find(({ isConnected }) => isConnected));
  }

  const listed = () => [...root.querySelectorAll(".groups .entry")];

  /** What had the focus is gone: it goes to another search, or to the list. */
  function goTo(entry) {
    (entry?.isConnected ? entry.querySelector(".title") : root).focus();
  }

  /** Older searches have come: whoever asked for them goes on with the first of them. */
  function goOnAfter(id) {
    const all = listed();
    const next = all[all.findIndex(({ dataset }) => dataset.id === id) + 1];
    if (!next) return;
    lastBefore = null;
    goTo(next);
  }

  /** Say what happened, so that it is read and heard. */
  function tell(said, isProblem = false) {
    hear(said);
    part("notice-said").textContent = said;
    part("notice").hidden = said === "";
    part("notice").classList.toggle("problem", isProblem);
  }

  function hear(said) {
    part("announcement").textContent = said;
  }

  return view;
}
