// A picture pasted anywhere on the page goes where a dropped one goes.

const listening = new WeakMap();

export default function ({ parentElement }) {
  if (!listening.has(parentElement)) {
    document.addEventListener("paste", take);
    listening.set(parentElement, true);
  }
  return () => {
    document.removeEventListener("paste", take);
    listening.delete(parentElement);
  };
}

function take(event) {
  const picture = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  const input = document.querySelector("[data-testid=stFileUploaderDropzoneInput]");
  // Streamlit itself takes what is pasted while its own button has the focus.
  if (!picture || !input || event.defaultPrevented || inside(event.target, input)) return;
  event.preventDefault();
  const carried = new DataTransfer();
  carried.items.add(picture);
  input.files = carried.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function inside(target, input) {
  return target instanceof Node && input.closest("[data-testid=stFileUploader]").contains(target);
}
