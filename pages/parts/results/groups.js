/*
 * The products on both sides of the line: similar, doubtful where the threshold has a second line,
 * and below.
 */

const ABOUT = "≈\u00a0"; // estimated, not counted

/** Each card to its group, and what there is to say about each; returns the groups. */
function splitCards(parts, { line, doubtful, data, words, nodes, distribution, list }) {
  const least = doubtful ?? line;
  const groups = {
    similar: list.cards.filter((card) => card.hundredths >= line),
    doubtful: list.cards.filter((card) => card.hundredths >= least && card.hundredths < line),
    below: list.cards.filter((card) => card.hundredths < least),
  };
  const passing = distribution.passing(line);
  const all = {
    similar: passing,
    doubtful: distribution.passing(least) - passing,
    below: distribution.total - distribution.passing(least),
  };
  const known = distribution.margin(line) === 0;
  const leastKnown = distribution.margin(least) === 0;
  const counted = { similar: known, doubtful: known && leastKnown, below: leastKnown };
  for (const [name, cards] of Object.entries(groups)) {
    arrange(parts.grids[name], cards.map((card) => nodes.get(card.id)));
    const count = `${counted[name] ? "" : ABOUT}${words.count(all[name])}`;
    const products = productsOf(cards);
    parts.titles[name].textContent = title(words, name, count, all[name] > products, products);
    parts.groups[name].hidden = cards.length === 0 || (list.isHiding && name !== "similar");
  }
  parts.groups.similar.hidden = data.cards.length === 0;
  parts.grids.similar.hidden = groups.similar.length === 0;
  sayHowMany(parts, words, productsOf(groups.similar), productsOf(data.cards));
  sayNothingPasses(parts, { line, data, words, nothing: groups.similar.length === 0 });
  return groups;
}

function sayHowMany(parts, words, passed, shown) {
  const facts = { passed: words.count(passed), shown: words.count(shown) };
  const every = passed === shown;
  parts.shown.textContent = words.say(every ? "all_shown" : "shown", facts, passed);
  parts.shown.hidden = shown === 0;
}

function sayNothingPasses(parts, { line, data, words, nothing }) {
  parts.nothing.hidden = !nothing || data.cards.length === 0;
  if (data.cards.length === 0) return;
  const best = { best: words.similarity(bestOf(data.cards)), threshold: words.similarity(line) };
  parts.nothingSaid.textContent = words.say("nothing_passes", best);
  parts.lower.textContent = words.say("lower", best);
}

/** How many there are in a group, and how many of them are shown where that is not all. */
function title(words, group, count, areMore, shown) {
  const facts = { count, shown: words.count(shown) };
  return words.say(areMore ? `${group}_best` : group, facts);
}

function bestOf(cards) {
  return Math.max(...cards.map((card) => card.hundredths));
}
