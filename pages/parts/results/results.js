/*
 * The results of one search. The threshold lives here, in the browser: moving it changes this DOM
 * and the tab's session storage, and sends nothing to the server.
 */

const GROUPS = ["similar", "doubtful", "below"]; // in the order they are read
const views = new WeakMap(); // the root element -> its view: two searches on a page do not mix

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function results({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".results");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.show(data);
  view.onOpen = () => setTriggerValue("opened", "threshold");
  view.acting.onLook = (product) => setTriggerValue("look", product);
  view.acting.onMore = (product) => setTriggerValue("more", product);
  return () => {
    view.close();
    views.delete(root);
  };
});

/** Find the parts of the skeleton in results.html. */
function partsOf(root) {
  const part = (selector) => root.querySelector(selector);
  const inGroups = (selector) =>
    Object.fromEntries(GROUPS.map((name) => [name, part(`.${name}${selector}`)]));
  return {
    root,
    evidence: part(".evidence"),
    shown: part(".shown"),
    estimated: part(".estimated"),
    whoseSaid: part(".whose-said"),
    whoseLink: part(".whose-link"),
    suggest: part(".suggest"),
    reset: part(".reset"),
    valueLabel: part(".entry-label"),
    value: part(".value"),
    problem: part(".problem"),
    plot: part(".plot"),
    levels: part(".levels"),
    bars: [...root.querySelectorAll(".bars path")],
    rug: part(".rug path"),
    flag: part(".line .flag"),
    doubt: part(".doubt"),
    doubtFlag: part(".doubt-flag"),
    topEdge: part(".top-edge"),
    control: part(".control"),
    compact: part(".compact"),
    slider: part(".slider"),
    ticks: part(".ticks"),
    caption: part(".caption"),
    groups: inGroups(""),
    titles: inGroups(" .title"),
    grids: inGroups(" .grid"),
    nothing: part(".nothing"),
    nothingSaid: part(".nothing-said"),
    lower: part(".lower"),
    empty: part(".empty"),
    announcement: part(".announcement"),
    judgement: part(".judgement"),
    template: part(".card-template"),
    sheetTemplate: part(".sheet-template"),
    ...toolsOf(part),
  };
}

/** The parts of the bar over the products. */
function toolsOf(part) {
  return {
    toolbar: part(".toolbar"),
    sorting: part(".sorting"),
    sortLabel: part(".sorting label"),
    sort: part(".sort"),
    hide: part(".hide"),
    hideLabel: part(".hide-label"),
    hidden: part(".hidden-said"),
    present: part(".present"),
    presentSaid: part(".present-said"),
    print: part(".print"),
    printSaid: part(".print-said"),
    currencies: part(".currencies"),
  };
}

function createView(root) {
  const parts = partsOf(root);
  // A view that was closed may have left its cards in a skeleton that the page then takes again.
  for (const grid of Object.values(parts.grids)) grid.replaceChildren();
  const state = { data: null, place: null, line: null, nodes: new Map() };
  const stateNow = () => state;
  const tell = (sentence) => { parts.judgement.textContent = sentence; };
  const moving = createMoving(cardsNow);
  const verdicts = createVerdicts(root, { stateNow, cardsNow, moving });
  const acting = createActing(root, { wordsNow: () => state.words, cardOf, announce: tell });
  const toolbar = createToolbar(parts, { changed: update, announce: tell });
  const presenting = createPresenting(root, {
    template: root.querySelector(".presentation-template"), opener: parts.present, stateNow,
  });
  const printing = createPrinting(root, { parts, stateNow });
  const view = { show, close, acting, onOpen: () => {} };

  function show(data) {
    if (state.data === data) return presenting.show(); // the theme changed; style sheets see to the rest
    const isOther = subjectOf(state.data) !== subjectOf(data);
    state.data = data;
    openJournalOf(data.reader);
    state.words = createWords(data.language, data.texts);
    state.distribution = createDistribution(data.distribution);
    takeLine();
    root.lang = data.language;
    replaceCards();
    layAxis();
    sayWhatStays(parts, state);
    verdicts.name();
    toolbar.name(state);
    update();
    verdicts.show();
    printing.show(state);
    root.hidden = false;
    draw();
    if (isOther) lookUp();
    return undefined;
  }

  /** The line stays where this tab left it, until another threshold is the active one. */
  function takeLine() {
    const place = placeOf(state.data);
    const kept = place === state.place ? state.line : null;
    state.place = place;
    setLine(remembered(place) ?? kept ?? state.data.threshold.at);
  }

  /** The second line counts only while it lies below the first. */
  function setLine(line) {
    const { doubtful } = state.data.threshold;
    state.line = line;
    state.doubtful = doubtful !== null && doubtful < line ? doubtful : null;
  }

  /** The cards that can be seen, in the order they are read. */
  function cardsNow() {
    const isOpen = (name) => !parts.groups[name].hidden && (name !== "below" || parts.groups.below.open);
    const open = GROUPS.filter(isOpen);
    return open.flatMap((name) => [...parts.grids[name].children]);
  }

  function cardOf(node) {
    return state.data.cards.find(({ id }) => id === node.dataset.id);
  }

  function replaceCards() {
    const { nodes: known, words, data } = state;
    const fillMore = (node, card) => fillSimilarity(node, card, words, data.threshold.scale);
    state.nodes = makeCards(parts.template, data.cards, { words, known, fillMore });
    for (const [id, node] of known) if (!state.nodes.has(id)) node.remove();
  }

  /** The axis grows when a value outside it is typed or remembered. */
  function layAxis() {
    const { threshold, suggestion } = state.data;
    const pointedAt = [state.line, threshold.at, threshold.doubtful, suggestion];
    state.axis = axisOf(state.distribution, pointedAt.filter((value) => value !== null));
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
    state.list = toolbar.listOf(state.data);
    state.groups = splitCards(parts, state);
    toolbar.show(state);
    moving.refresh();
    presenting.show();
  }

  /** Move the line. Everything a person does ends here. */
  function moveTo(line) {
    if (line === state.line) return;
    setLine(line);
    remember(state.place, line);
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
  parts.reset.onclick = () => moveAndFocus(state.data.threshold.at);
  parts.lower.onclick = () => moveAndFocus(bestOf(state.data.cards));
  parts.groups.below.ontoggle = moving.refresh;
  parts.whoseLink.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own
    event.preventDefault(); // within this session, which keeps the photo
    view.onOpen();
  };
  parts.present.onclick = presenting.open;
  parts.print.onclick = printing.print;
  makeDraggable(parts, () => state.axis, moveTo);

  /** The button that was pressed goes away: the focus goes to the slider and not to nowhere. */
  function moveAndFocus(line) {
    moveTo(line);
    parts.slider.focus({ preventScroll: true });
  }

  const resized = new ResizeObserver(() => state.data && draw());
  resized.observe(parts.plot);
  const scrolled = watchSticking(parts);

  function close() {
    clearTimeout(state.timer);
    resized.disconnect();
    scrolled.disconnect();
    presenting.close();
    printing.close();
  }

  return view;
}

/** What tells one thing that was searched with from another; a rerun and a filter change neither. */
function subjectOf(data) {
  return data && (data.photo ?? data.picture ?? data.madeAt);
}

/**
 * The bar under the chart gets its own short sentence while it sticks to the top of the window. The
 * page's end counts as far away: what jumps over the window at once is told of as well.
 */
function watchSticking(parts) {
  const observer = new IntersectionObserver(
    // The last is what holds now: several may have come together.
    (edges) => parts.control.classList.toggle("stuck", !edges.at(-1).isIntersecting),
    {
      root: document.querySelector("[data-testid=stMain]"),
      rootMargin: "-60px 0px 1000000px 0px", // the height of Streamlit's own header
    },
  );
  observer.observe(parts.topEdge);
  return observer;
}
