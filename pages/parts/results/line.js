/*
 * The line: what is said where it stands, whose the threshold is, and where this tab left it.
 */

const CUTS_NOTHING = 0.99; // from this share of the catalogue on, the line cuts (almost) nothing

/** The text of this name on a scale: the plain cosine's has no suffix. */
function scaled(name, scale) {
  return scale === "cosine" ? name : `${name}_${scale}`;
}

/** Texts that do not depend on where the line is. */
function sayWhatStays(parts, { words, data, distribution }) {
  const total = words.count(distribution.total);
  const { at, scale } = data.threshold;
  parts.valueLabel.textContent = words.say(scaled("threshold", scale));
  parts.slider.ariaLabel = words.say(scaled("threshold", scale));
  parts.estimated.textContent = howCounted(words, distribution);
  parts.estimated.hidden = distribution.sampled === null || distribution.total === 0;
  parts.caption.textContent = words.say(scaled("caption", scale), { total }, distribution.total);
  parts.reset.textContent = words.say("reset", { threshold: words.similarity(at) });
  parts.whoseSaid.textContent = whose(words, data.threshold);
  parts.whoseLink.textContent = words.say("to_threshold");
  parts.empty.textContent = words.say("no_products");
  parts.empty.hidden = data.cards.length > 0;
  parts.root.classList.toggle("catalogue-empty", distribution.total === 0);
}

/** That not all products were looked at, or none but the best yet. */
function howCounted(words, { sampled, total }) {
  if (sampled === null) return "";
  if (sampled === 0) return words.say("uncounted_note");
  return words.say("sampled", { sampled: words.count(sampled), total: words.count(total) }, sampled);
}

/** A number of products, with how far it may be off where it is an estimate: "about 1,240 (±90)". */
function countOf(words, distribution, line) {
  const [passed, margin] = [words.count(distribution.passing(line)), distribution.margin(line)];
  return margin === 0 ? passed : words.say("about", { passed, margin: words.count(margin) });
}

/** Who set the threshold, when and why; when alone, where who is null; or that nobody has. */
function whose(words, { at, id, who, why, setAt }) {
  const threshold = words.similarity(at);
  if (id === null) return words.say("whose_default", { threshold });
  const facts = { threshold, why, who: who || words.say("anonymous"), date: words.day(setAt) };
  if (who === null) return words.say("whose_when", facts);
  return words.say(why ? "whose" : "whose_unsaid", facts);
}

/** Texts, slider and line at the value they have now. */
function showLine(parts, { line, doubtful, data, words, distribution, axis }) {
  const { total } = distribution;
  const passing = distribution.passing(line);
  const sentence = evidence(words, { line, passing, total, distribution });

  parts.evidence.textContent = sentence;
  parts.compact.textContent = sentence;
  parts.slider.value = line;
  parts.slider.setAttribute("aria-valuetext", sentence);
  parts.value.value = words.similarity(line);
  parts.flag.textContent = words.similarity(line);
  parts.reset.hidden = line === data.threshold.at;
  for (const part of [parts.plot, parts.control]) {
    part.style.setProperty("--at", fractionOf(axis, line));
  }
  parts.doubt.hidden = doubtful === null;
  parts.doubtFlag.textContent = words.similarity(doubtful ?? line);
  parts.plot.style.setProperty("--doubt", fractionOf(axis, doubtful ?? line));
  parts.root.style.setProperty("--line", Math.max(0, line / 100));
  offerSuggestion(parts, { line, data, words, distribution });
}

/** "At 0.74, 11 of 12,907 products pass", or that the line cuts nothing. */
function evidence(words, { line, passing, total, distribution }) {
  const facts = {
    threshold: words.similarity(line),
    passed: countOf(words, distribution, line),
    total: words.count(total),
  };
  if (distribution.sampled === 0) return words.say("uncounted", facts, passing);
  const isCounted = distribution.margin(line) === 0;
  if (total > 0 && passing === total && isCounted) return words.say("cuts_nothing", facts, total);
  if (passing >= total * CUTS_NOTHING) return words.say("cuts_almost_nothing", facts, passing);
  return words.say("evidence", facts, passing);
}

/**
 * What would cut, as long as the line is anywhere else. Where somebody has chosen the threshold a
 * guess has no say against it, unless the line cuts (almost) nothing for this photo.
 */
function offerSuggestion(parts, { line, data, words, distribution }) {
  const { suggestion, threshold } = data;
  const isChosen = threshold.id !== null;
  const cuts = distribution.passing(line) < distribution.total * CUTS_NOTHING;
  parts.suggest.hidden = suggestion === null || suggestion === line || (isChosen && cuts);
  if (suggestion === null) return;
  const passing = distribution.passing(suggestion);
  const passed = countOf(words, distribution, suggestion);
  const facts = { threshold: words.similarity(suggestion), passed };
  parts.suggest.textContent = words.say("use_suggestion", facts, passing);
  parts.suggest.title = words.say("why_suggestion");
}

function showProblem(parts, sentence) {
  parts.problem.hidden = sentence === null;
  parts.problem.textContent = sentence ?? "";
  parts.value.setAttribute("aria-invalid", String(sentence !== null));
}

/**
 * Where a line is kept: a threshold set anew begins at its own value, whatever was tried before, and
 * so does whoever signs in after somebody in the same tab.
 */
function placeOf({ key, reader, threshold: { id, at, scale } }) {
  return placeFor(reader, `likeness.threshold.${key}.${scale}.${id ?? "default"}.${at}`);
}

/** The value this tab was left at, or null. Storage is forbidden in some embedded frames. */
function remembered(place) {
  try {
    const text = sessionStorage.getItem(place);
    const line = Number(text);
    return text !== null && Number.isInteger(line) && Math.abs(line) <= 100 ? line : null;
  } catch {
    return null;
  }
}

/** Keep the value for this tab; where storage is forbidden it lives as long as the page does. */
function remember(place, line) {
  try {
    sessionStorage.setItem(place, String(line));
  } catch (error) {
    console.info("The threshold is not kept: this browser forbids session storage.", error.name);
  }
}
