/*
 * Copying a text. Browsers offer their clipboard to pages on safe addresses only; elsewhere, on a
 * computer in the shop's own network, a marked text and the old command do the same.
 */

/** Put a text on the clipboard; resolves to whether it is there. Call it in answer to a click. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyMarked(text); // no clipboard here, or it is forbidden
  }
}

function copyMarked(text) {
  const focused = deepestFocus();
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true; // or a phone brings up its keyboard
  field.style.cssText = "position: fixed; inset: 0 auto auto 0; opacity: 0";
  // While a dialog is open, nothing beside it can be marked.
  (focused?.closest("dialog[open]") ?? document.body).append(field);
  field.select();
  let isDone = false;
  try {
    isDone = document.execCommand("copy");
  } catch (error) {
    console.info("This browser copies nothing.", error.name);
  }
  field.remove();
  focused?.focus({ preventScroll: true });
  return isDone;
}

/** The element with the focus, also within a component. */
function deepestFocus() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
