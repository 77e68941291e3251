/*
 * Which key says what. Letters are known by what they write and, on a keyboard that writes no Latin
 * letters, by where they lie: M is M on a Russian keyboard too.
 */

const SAID_BY = { m: "match", y: "match", 1: "match", n: "different", 0: "different", u: "undo", "?": "unsure" };
const AT = { KeyM: "m", KeyY: "y", KeyN: "n", KeyU: "u", KeyZ: "z", Slash: "?" };

/** "match", "different", "unsure", "undo", or null where the key belongs to somebody else. */
function saidByKey(event) {
  if (event.altKey || event.isComposing || isWritten(event.target)) return null;
  const digit = /^(?:Digit|Numpad)([01])$/.exec(event.code)?.[1];
  const latin = /^[a-z?]$/i.test(event.key) ? event.key.toLowerCase() : (digit ?? AT[event.code]);
  if (event.ctrlKey || event.metaKey) return latin === "z" && !event.shiftKey ? "undo" : null;
  return SAID_BY[latin] ?? null;
}

/** Whether keys go into this element as text. */
function isWritten(element) {
  return element.matches("input:not([type=range]), textarea");
}
