// What only the whole document knows: a picture pasted anywhere goes where a dropped one goes, a
// chosen one leads back to the top of the page, the document says which language it speaks, and so
// does what Streamlit itself says; an uploader offers what the device can do; the menu closes, a link
// leads to the results, and a choice is no step of the browser's Back.

const listening = new WeakMap();

export default inOrder(function ({ data, parentElement }) {
  document.documentElement.lang = data.language;
  if (!listening.has(parentElement)) {
    document.addEventListener("paste", take);
    document.addEventListener("change", lookUp);
    const now = () => listening.get(parentElement);
    const marking = watchLanguage(() => document.documentElement.lang, () => isAt(now().data));
    const stops = [watchMenu(), marking.stop, watchSteps(), watchDevice(() => speak(now()))];
    listening.set(parentElement, { interpreter: createInterpreter(), marking, stops });
  }
  const here = Object.assign(listening.get(parentElement), { data });
  speak(here);
  here.marking.ran();
  showSkip(parentElement.querySelector(".skip"), data.toResults);
  return () => {
    document.removeEventListener("paste", take);
    document.removeEventListener("change", lookUp);
    const { interpreter, stops } = listening.get(parentElement) ?? { stops: [] };
    interpreter?.close();
    stops.forEach((stop) => stop());
    listening.delete(parentElement);
  };
});

function speak({ interpreter, data: { words, labels, picture } }) {
  interpreter.speak({ ...words, ...labelsHere(labels) }, picture);
}

/** Whether the browser is at the page that ran last; the first one is at whatever is no other's. */
function isAt({ page, pages }) {
  const last = location.pathname.split("/").findLast(Boolean) ?? "";
  return (pages.includes(last) ? last : "") === page;
}

function take(event) {
  const picture = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  const input = document.querySelector(UPLOADER);
  // Streamlit itself takes what is pasted while its own button has the focus.
  if (!picture || !input || event.defaultPrevented || inside(event.target, input)) return;
  event.preventDefault();
  handToUploader(picture);
}

function lookUp(event) {
  if (!event.target?.matches?.(UPLOADER)) return;
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
}

function inside(target, input) {
  return target instanceof Node && input.closest("[data-testid=stFileUploader]").contains(target);
}
