// What can be done with a photo depends on the device, of which Python knows nothing: without a
// keyboard none is pasted with one, and on a Mac the key is another.

// In a window as narrow as that there is no keyboard either, whatever a phone's browser says of itself.
const BY_TOUCH = matchMedia("(pointer: coarse) and (hover: none), (max-width: 640px)");

/** What uploaders are called here, by what Python calls them; `labels` has what is said by touch. */
function labelsHere(labels) {
  const entries = Object.entries(labels);
  return Object.fromEntries(entries.map(([label, byTouch]) => [label, BY_TOUCH.matches ? byTouch : withKey(label)]));
}

/** Call when another label holds: a window has become another one. Returns how to stop. */
function watchDevice(changed) {
  BY_TOUCH.addEventListener("change", changed);
  return () => BY_TOUCH.removeEventListener("change", changed);
}

function withKey(label) {
  return navigator.platform.startsWith("Mac") ? label.replace("Ctrl+V", "⌘V") : label;
}
