/* One photo beside one product, and how far judging has come along the scale. */

/** Show the pair that is to be judged now. */
function showPair(parts, card, words, scale) {
  parts.pair.classList.toggle("empty", card === null);
  if (card === null) return;
  showPicture(parts.photo, card.photo_picture, words.say("photo"));
  showPicture(parts.product, card.picture, card.name);
  parts.name.textContent = card.name;
  const known = [card.article, card.category, card.price];
  parts.known.textContent = known.filter(Boolean).join(" · ");
  parts.where.textContent = whereIs(card, words, scale);
}

/** A picture that is on its way must not leave the one before it beside the new name. */
function showPicture(image, address, alt) {
  image.alt = alt;
  if (image.getAttribute("src") === address) return;
  image.removeAttribute("src");
  image.parentElement.classList.remove("broken");
  image.onerror = () => image.parentElement.classList.add("broken");
  image.src = address;
}

function whereIs(card, words, scale) {
  const value = words.similarity(Math.floor(card.value * 100 + 1e-4));
  const where = words.say(card.where, { value });
  return scale === "cosine" ? where : words.say(`value_${scale}`, { where });
}

/** Let the browser fetch a card's pictures before its turn comes. */
function prefetch(card) {
  for (const address of card ? [card.photo_picture, card.picture] : []) new Image().src = address;
}

/**
 * "37 judged, 8 more photos until …", and a bar for each band of the scale. Where all matches are
 * known anyway nothing waits for judgements.
 */
function showProgress(parts, progress, words, complete) {
  parts.progress.hidden = progress === null;
  if (progress === null) return;
  const judged = words.say("progress", { judged: words.count(progress.judged) });
  parts.bandsTitle.hidden = parts.bands.hidden = complete;
  if (complete) {
    parts.progressSaid.textContent = judged;
    return;
  }
  parts.progressSaid.textContent = [
    judged,
    progress.needed > 0
      ? words.say("needed", { count: words.count(progress.needed) }, progress.needed)
      : words.say("sound"),
  ].join(", ");
  parts.bandsTitle.textContent = words.say("bands");
  parts.bands.replaceChildren(...progress.bands.map((band) => bandBar(band, words)).reverse());
}

/** The bar's length follows the square root: one judged among thousands must still be seen. */
function bandBar({ low, high, judged, products }, words) {
  const said = (name, text) => {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    return part;
  };
  const edge = (value) => words.similarity(Math.round(value * 100));
  const facts = { judged: words.count(judged), products: words.count(products) };
  const track = said("track", "");
  track.style.setProperty("--share", products > 0 ? Math.sqrt(Math.min(1, judged / products)) : 0);
  const row = document.createElement("li");
  row.append(
    said("edges", words.say(low > -1 ? "band" : "band_lowest", { low: edge(low), high: edge(high) })),
    track,
    said("band-judged", words.say("band_judged", facts)),
  );
  return row;
}
