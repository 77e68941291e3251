// Sample photos as buttons. A click tells Python which one, once.

export default inOrder(function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".samples");
  row.setAttribute("aria-label", data.label);
  row.replaceChildren(...data.samples.map((sample) => button(sample, setTriggerValue)));
});

function button(sample, setTriggerValue) {
  const picture = document.createElement("img");
  picture.src = sample.picture;
  picture.alt = "";
  picture.decoding = "async";
  const made = document.createElement("button");
  made.type = "button";
  made.title = sample.caption;
  made.setAttribute("aria-label", sample.caption);
  made.append(picture);
  made.onclick = () => {
    setTriggerValue("picked", sample.key);
    // On a phone the samples lie below the results: what happens now happens at the top.
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  };
  return made;
}
