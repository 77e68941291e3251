/** "[M] match" -> a key, and text. */
function withKeys(text) {
  return text.split(/(\[[^\]]+\])/).filter(Boolean).map((piece) => {
    if (!piece.startsWith("[")) return document.createTextNode(piece);
    const key = document.createElement("kbd");
    key.textContent = piece.slice(1, -1);
    return key;
  });
}
