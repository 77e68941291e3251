/*
 * A button that forgets the search above it, once somebody is sure.
 */

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function forget({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".forgetting");
  if (!root || !data) return;
  const part = (name) => root.querySelector(`.${name}`);
  const { say } = createWords(data.language, data.texts);
  root.lang = data.language;
  root.hidden = false;
  part("forget-said").textContent = say("forget");
  const sure = { question: say("sure"), keep: say("keep"), really: say("really") };
  makeSure(part("forget"), part("sure"), sure, () => setTriggerValue("sure", true));
});
