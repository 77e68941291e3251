/* Copying the address of a search. */

const SAID_FOR = 2500; // milliseconds in which the button says what it has done
const timers = new WeakMap();

export default inOrder(function sharing({ data, parentElement }) {
  const root = parentElement.querySelector(".sharing");
  if (!root || !data) return undefined;
  const words = createWords(data.language, data.texts);
  const said = root.querySelector(".link-said");
  said.textContent = words.say("copy_link");
  root.lang = data.language;
  root.hidden = false;
  root.querySelector("button").onclick = async () => {
    const outcome = words.say((await copyText(data.address)) ? "copied_link" : "not_copied_link");
    said.textContent = outcome;
    root.querySelector(".link-announced").textContent = outcome;
    clearTimeout(timers.get(root));
    timers.set(root, setTimeout(() => {
      said.textContent = words.say("copy_link");
      root.querySelector(".link-announced").textContent = "";
    }, SAID_FOR));
  };
  return () => clearTimeout(timers.get(root));
});
