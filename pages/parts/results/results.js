/*
 * The results of one search. The threshold lives here, in the browser: moving it changes this DOM
 * and the tab's session storage, and sends nothing to the server.
 */

const CUTS_NOTHING = 0.99; // from this share of the catalogue on, the line cuts (almost) nothing
const views = new WeakMap(); // the root element -> its view: two searches on a page do not mix

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default function results({ data, parentElement }) {
  const root = parentElement.querySelector(".results");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.show(data);
  return () => {
    view.close();
    views.delete(root);
  };
}

/** Find the parts of the skeleton in results.html. */
function partsOf(root) {
  const part = (selector) => root.querySelector(selector);
  return {
    root,
    evidence: part(".evidence"),
    shown: part(".shown"),
    suggest: part(".suggest"),
    reset: part(".reset"),
    valueLabel: part(".entry-label"),
    value: part(".value"),
    problem: part(".problem"),
    plot: part(".plot"),
    levels: part(".levels"),
    bars: [...root.querySelectorAll(".bars path")],
    rug: part(".rug path"),
    flag: part(".flag"),
    topEdge: part(".top-edge"),
    control: part(".control"),
    compact: part(".compact"),
    slider: part(".slider"),
    ticks: part(".ticks"),
    caption: part(".caption"),
    similar: part(".similar"),
    similarTitle: part(".similar .title"),
    similarGrid: part(".similar .grid"),
    nothing: part(".nothing"),
    nothingSaid: part(".nothing-said"),
    lower: part(".lower"),
    below: part(".below"),
    belowTitle: part(".below .title"),
    belowGrid: part(".below .grid"),
    empty: part(".empty"),
    announcement: part(".announcement"),
    template: part(".card-template"),
  };
}

function createView(root) {
  const parts = partsOf(root);
  const state = { data: null, line: null, nodes: new Map() };

  function show(data) {
    if (state.data === data) return; // the theme changed; style sheets have seen to that
    state.data = data;
    state.words = createWords(data.language, data.texts);
    state.distribution = createDistribution(data.distribution);
    state.line = remembered(data.key) ?? state.line ?? data.threshold;
    root.lang = data.language;
    replaceCards();
    layAxis();
    sayWhatStays(parts, state);
    update();
    root.hidden = false;
    draw();
  }

  function replaceCards() {
    const known = state.nodes;
    state.nodes = makeCards(parts.template, state.data.cards, state.words, known);
    for (const [id, node] of known) if (!state.nodes.has(id)) node.remove();
  }

  /** The axis grows when a value outside it is typed or remembered. */
  function layAxis() {
    const { threshold, suggestion } = state.data;
    const pointedAt = [state.line, threshold, ...(suggestion === null ? [] : [suggestion])];
    state.axis = axisOf(state.distribution, pointedAt);
    parts.slider.min = state.axis.low;
    parts.slider.max = state.axis.high;
  }

  function draw() {
    const { distribution, axis, words } = state;
    drawChart(parts, { distribution, axis, words, cards: state.data.cards });
  }

  function update() {
    showProblem(parts, null);
    showLine(parts, state);
    splitCards(parts, state);
  }

  /** Move the line. Everything a person does ends here. */
  function moveTo(line) {
    if (line === state.line) return;
    state.line = line;
    remember(state.data.key, line);
    if (line < state.axis.low || line > state.axis.high) {
      layAxis();
      draw();
    }
    update();
    announce();
  }

  /** Tell screen readers once the line rests; on the slider itself aria-valuetext does it. */
  function announce() {
    clearTimeout(state.timer);
    if (root.getRootNode().activeElement === parts.slider) return;
    state.timer = setTimeout(() => {
      parts.announcement.textContent = parts.evidence.textContent;
    }, 400);
  }

  function takeTyped() {
    const text = parts.value.value;
    const line = parseSimilarity(text);
    if (line === null) return showProblem(parts, state.words.say("bad_value", { text: text.trim() }));
    moveTo(line);
    update();
    return undefined;
  }

  parts.slider.oninput = () => moveTo(Number(parts.slider.value));
  parts.value.onchange = takeTyped;
  parts.suggest.onclick = () => moveAndFocus(state.data.suggestion);
  parts.reset.onclick = () => moveAndFocus(state.data.threshold);
  parts.lower.onclick = () => moveAndFocus(bestOf(state.data.cards));
  makeDraggable(parts, () => state.axis, moveTo);

  /** The button that was pressed goes away: the focus goes to the slider and not to nowhere. */
  function moveAndFocus(line) {
    moveTo(line);
    parts.slider.focus({ preventScroll: true });
  }

  const resized = new ResizeObserver(() => state.data && draw());
  resized.observe(parts.plot);
  const scrolled = watchSticking(parts);

  return {
    show,
    close() {
      clearTimeout(state.timer);
      resized.disconnect();
      scrolled.disconnect();
    },
  };
}

/** The bar under the chart gets its own short sentence while it sticks to the top of the window. */
function watchSticking(parts) {
  const observer = new IntersectionObserver(
    ([edge]) => {
      const stuck = !edge.isIntersecting && edge.boundingClientRect.top < edge.rootBounds.bottom / 2;
      parts.control.classList.toggle("stuck", stuck);
    },
    { rootMargin: "-60px 0px 0px 0px" }, // the height of Streamlit's own header
  );
  observer.observe(parts.topEdge);
  return observer;
}

/** Texts that do not depend on where the line is. */
function sayWhatStays(parts, { words, data, distribution }) {
  const total = words.count(distribution.total);
  parts.valueLabel.textContent = words.say("threshold");
  parts.slider.ariaLabel = words.say("slider");
  parts.caption.textContent = words.say("caption", { total }, distribution.total);
  parts.reset.textContent = words.say("reset", { threshold: words.similarity(data.threshold) });
  parts.empty.textContent = words.say("no_products");
  parts.empty.hidden = data.cards.length > 0;
  parts.root.classList.toggle("catalogue-empty", distribution.total === 0);
}

/** Texts, slider and line at the value they have now. */
function showLine(parts, { line, data, words, distribution, axis }) {
  const { total } = distribution;
  const passing = distribution.passing(line);
  const sentence = evidence(words, { line, passing, total });

  parts.evidence.textContent = sentence;
  parts.compact.textContent = sentence;
  parts.slider.value = line;
  parts.slider.setAttribute("aria-valuetext", sentence);
  parts.value.value = words.similarity(line);
  parts.flag.textContent = words.similarity(line);
  parts.reset.hidden = line === data.threshold;
  for (const part of [parts.plot, parts.control]) {
    part.style.setProperty("--at", fractionOf(axis, line));
  }
  parts.root.style.setProperty("--line", Math.max(0, line / 100));
  offerSuggestion(parts, { line, data, words, distribution });
}

/** "At 0.74, 11 of 12,907 products pass", or that the line cuts nothing. */
function evidence(words, { line, passing, total }) {
  const facts = {
    threshold: words.similarity(line),
    passed: words.count(passing),
    total: words.count(total),
  };
  if (total > 0 && passing === total) return words.say("cuts_nothing", facts, total);
  if (passing >= total * CUTS_NOTHING) return words.say("cuts_almost_nothing", facts, passing);
  return words.say("evidence", facts, passing);
}

/** What would cut, as long as the line is anywhere else. */
function offerSuggestion(parts, { line, data, words, distribution }) {
  const { suggestion } = data;
  parts.suggest.hidden = suggestion === null || suggestion === line;
  if (suggestion === null) return;
  const passing = distribution.passing(suggestion);
  const facts = { threshold: words.similarity(suggestion), passed: words.count(passing) };
  parts.suggest.textContent = words.say("use_suggestion", facts, passing);
  parts.suggest.title = words.say("why_suggestion");
}

/** Each card to its side of the line, and what there is to say about both sides. */
function splitCards(parts, { line, data, words, nodes, distribution }) {
  const node = (card) => nodes.get(card.id);
  const similar = data.cards.filter((card) => card.hundredths >= line);
  const below = data.cards.filter((card) => card.hundredths < line);
  arrange(parts.similarGrid, similar.map(node));
  arrange(parts.belowGrid, below.map(node));

  const shown = data.cards.length;
  const facts = { passed: words.count(similar.length), shown: words.count(shown) };
  const every = shown > 0 && below.length === 0;
  parts.shown.textContent = words.say(every ? "all_shown" : "shown", facts, every ? shown : similar.length);
  parts.shown.hidden = shown === 0;
  const passing = distribution.passing(line);
  parts.similarTitle.textContent = title(words, "similar", passing, similar.length);
  parts.belowTitle.textContent = title(words, "below", distribution.total - passing, below.length);
  parts.similar.hidden = shown === 0;
  parts.below.hidden = below.length === 0;
  parts.similarGrid.hidden = similar.length === 0;
  parts.nothing.hidden = similar.length > 0 || shown === 0;
  if (shown > 0) {
    const best = { best: words.similarity(bestOf(data.cards)), threshold: words.similarity(line) };
    parts.nothingSaid.textContent = words.say("nothing_passes", best);
    parts.lower.textContent = words.say("lower", best);
  }
}

/** How many there are on one side, and how many of them are shown where that is not all. */
function title(words, side, all, shown) {
  const facts = { count: words.count(all), shown: words.count(shown) };
  return words.say(all > shown ? `${side}_best` : side, facts);
}

function bestOf(cards) {
  return Math.max(...cards.map((card) => card.hundredths));
}

function showProblem(parts, sentence) {
  parts.problem.hidden = sentence === null;
  parts.problem.textContent = sentence ?? "";
  parts.value.setAttribute("aria-invalid", String(sentence !== null));
}

/** The value this tab was left at, or null. Storage is forbidden in some embedded frames. */
function remembered(key) {
  try {
    const text = sessionStorage.getItem(`likeness.threshold.${key}`);
    const line = Number(text);
    return text !== null && Number.isInteger(line) && Math.abs(line) <= 100 ? line : null;
  } catch {
    return null;
  }
}

/** Keep the value for this tab; where storage is forbidden it lives as long as the page does. */
function remember(key, line) {
  try {
    sessionStorage.setItem(`likeness.threshold.${key}`, String(line));
  } catch (error) {
    console.info("The threshold is not kept: this browser forbids session storage.", error.name);
  }
}
