/*
 * What the evidence says at every line. The line lives here, in the browser: while it moves nothing
 * is sent; where it comes to rest is told to Python once, for the sections below.
 */

const REST = 400; // milliseconds without a key that make the line rest
const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function evidence({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.show(data, {
    commit: (at) => setStateValue("at", at),
    open: (cell) => setTriggerValue("cell", cell),
  });
  return () => {
    view.close();
    views.delete(root);
  };
});

function createView(root) {
  const parts = partsOf(root);
  const state = { data: null, line: null, wished: null, committed: null, frames: new Map() };
  // A wish for doubtful products waits, unforgotten, while the line is not above it.
  Object.defineProperty(state, "doubtful", {
    enumerable: true, // it goes with the others where the state is handed on
    get: () => (state.wished !== null && state.wished < state.line ? state.wished : null),
  });

  /** What Python says. The line is its business only on another scale, or when it moves it. */
  function show(data, tell) {
    const before = state.data;
    Object.assign(state, { data, tell });
    if (before === null || before.moves !== data.moves) {
      Object.assign(state, { line: data.line, wished: data.wished });
      state.committed = data.line === null ? null : JSON.stringify(here());
    }
    if (before?.stamp !== data.stamp) showNew();
    else if (before.active !== data.active) showActive();
    else if (state.colours.stamp !== coloursOf(root).stamp) draw(); // the theme changed
    update();
    root.hidden = false;
    if (before?.stamp !== data.stamp) redraw(); // the dots stand where the curves are
  }

  function showActive() {
    layAxis();
    sayWhatStays(parts, state);
    redraw();
  }

  function showNew() {
    const { data } = state;
    state.words = withMinus(createWords(data.language, data.texts));
    state.numbers = createNumbers(data.language);
    state.model = createModel(data);
    state.sentences = createSentences(state.words, state.numbers, state.model);
    state.judged = state.model.judged;
    root.lang = data.language;
    root.classList.toggle("unjudged", !state.judged);
    layAxis();
    sayWhatStays(parts, state);
    layCharts();
    state.buttons = makeMatrix(parts, { ...state, onCell: openCell });
    state.cards = layAdvice(parts, { ...state, takeAdvice });
  }

  /** Frames are made anew only when there are others: an open table stays open. */
  function layCharts() {
    const names = ["distribution"];
    if (state.model.photos > 1) names.push("results"); // of one photo the first chart tells as much
    if (state.judged) names.push("measures");
    if (state.judged?.recallKnown) names.push("pr", "roc");
    if (names.join() !== [...state.frames.keys()].join()) {
      state.frames = makeFrames(parts, names);
      for (const frame of state.frames.values()) {
        makePullable(frame, lineAt, { moveTo, letGo: commit, hold });
        frame.button.onclick = () => toggleTable(frame);
      }
    }
    for (const frame of state.frames.values()) {
      frame.button.textContent = state.words.say("table");
      frame.node.querySelector(".active-name").textContent = state.words.say("active");
      frame.note.textContent = state.words.say(`${frame.name}_note`);
      if (!frame.table.hidden) fillTable(frame);
    }
  }

  function layAxis() {
    const { model, data } = state;
    state.axis = axisFor(model, state);
    parts.slider.min = state.axis.low;
    parts.slider.max = state.axis.high;
    root.style.setProperty("--active", data.active === null ? 0 : fractionOf(state.axis, data.active));
    layTicks(parts, state);
  }

  /** Draw once at a time: what is asked for while a drawing is under way is drawn after it. */
  function draw() {
    if (state.drawing) {
      state.outdated = true;
    } else {
      state.drawing = drawNow().then(() => {
        state.drawing = null;
        if (!state.outdated) return undefined;
        state.outdated = false;
        return draw();
      });
    }
    return state.drawing;
  }

  /** Draw, then put the line, the dots and the sentences where the new drawing has them. */
  function redraw() {
    return draw().then(() => {
      update();
      root.classList.toggle("drawn", Boolean(state.isDrawn));
    });
  }

  async function drawNow() {
    state.colours = coloursOf(root);
    state.width = parts.charts.clientWidth;
    try {
      const Plotly = await loadPlotly(state.data.plotly);
      state.outdated = false; // all that has come while it was on its way is in this drawing
      const drawings = createDrawings({ ...state, axis: state.axis });
      await drawCharts(Plotly, state.frames, drawings, state);
      parts.noCharts.hidden = true;
      state.isDrawn = true;
    } catch (error) {
      console.warn("The charts cannot be drawn.", error);
      parts.noCharts.textContent = state.words.say("no_charts");
      parts.noCharts.hidden = false;
    }
  }

  function update() {
    showProblem(parts, null);
    showLine(parts, state);
    markCell();
  }

  /** Move the line. Everything a person does ends here. */
  function moveTo(asked, wished = state.wished) {
    const line = Math.min(asked, HIGHEST);
    if (line === state.line && wished === state.wished) return update();
    Object.assign(state, { line, wished });
    const { low, high } = state.axis;
    if (line < low || line > high || (state.doubtful ?? low) < low) {
      layAxis();
      redraw();
    }
    update();
    return announce();
  }

  const here = () => ({ scale: state.data.scale, line: state.line, wished: state.wished });

  /** Tell Python where the line rests, once. */
  function commit() {
    clearTimeout(state.resting);
    const at = here();
    if (JSON.stringify(at) === state.committed) return;
    state.committed = JSON.stringify(at);
    state.tell.commit(at);
  }

  function commitSoon() {
    clearTimeout(state.resting);
    state.resting = setTimeout(commit, REST);
  }

  /** Tell screen readers once the line rests; on the slider itself aria-valuetext does it. */
  function announce() {
    clearTimeout(state.timer);
    if (root.getRootNode().activeElement === parts.slider) return;
    state.timer = setTimeout(() => {
      parts.announcement.textContent = parts.evidence.textContent;
    }, REST);
  }

  function hold() {
    clearTimeout(state.resting);
    parts.slider.focus({ preventScroll: true });
  }

  /** The line under the pointer: along the shared axis, or at the nearest point of a curve. */
  function lineAt(frame, { left, top, width }) {
    if (frame.node.classList.contains("aligned")) {
      const fraction = (left - MARGIN.l) / (width - MARGIN.l - MARGIN.r);
      const { low, high } = state.axis;
      return Math.max(Math.round(low + fraction * (high - low)), low);
    }
    const away = (point) => {
      const place = curvePlace(frame, point);
      return Math.hypot(place.left - left, place.top - top);
    };
    const points = state.model.points[frame.name];
    const nearest = points.reduce((best, point) => (away(point) < away(best) ? point : best), points[0]);
    return nearest?.line ?? state.line;
  }

  function takeTyped() {
    const text = parts.value.value;
    const line = parseSimilarity(text);
    if (line === null) {
      return showProblem(parts, state.words.say("bad_value", { text: text.trim() }), parts.value);
    }
    moveTo(line);
    return commit();
  }

  /** Where doubtful products begin; an empty field means that there are none. */
  function takeDoubtful() {
    const text = parts.doubtful.value.trim();
    const wished = text === "" ? null : parseSimilarity(text);
    if (text !== "" && (wished === null || wished >= state.line)) {
      const facts = { text, threshold: state.words.similarity(state.line) };
      return showProblem(parts, state.words.say("bad_doubtful", facts), parts.doubtful);
    }
    moveTo(state.line, wished);
    return commit();
  }

  function takeAdvice({ threshold, doubtful }) {
    moveTo(threshold, doubtful);
    commit();
  }

  function openCell(cell) {
    commit();
    state.tell.open({ cell, scale: state.data.scale, line: state.line });
  }

  function markCell() {
    const { opened } = state.data;
    for (const [cell, button] of state.buttons) {
      const isOpen = opened?.cell === cell && opened.line === state.line;
      button.setAttribute("aria-pressed", String(isOpen));
    }
  }

  function toggleTable(frame) {
    const open = frame.table.hidden;
    frame.table.hidden = !open;
    frame.button.setAttribute("aria-expanded", String(open));
    if (open) fillTable(frame);
  }

  function fillTable(frame) {
    frame.table.replaceChildren(chartTable(frame.name, state));
    frame.table.setAttribute("aria-label", state.words.say(`${frame.name}_name`));
    const top = frame.table.querySelectorAll("tbody tr")[state.line - state.axis.low]?.offsetTop ?? 0;
    frame.table.scrollTop = top - frame.table.clientHeight / 2;
  }

  parts.slider.oninput = () => {
    moveTo(Number(parts.slider.value));
    commitSoon();
  };
  parts.slider.onpointerup = commit;
  parts.slider.onblur = commit;
  parts.value.onchange = takeTyped;
  parts.doubtful.onchange = takeDoubtful;
  parts.reset.onclick = () => {
    moveTo(state.data.active, state.data.active_doubtful ?? state.wished);
    commit();
    parts.slider.focus({ preventScroll: true });
  };
  parts.copy.onclick = async () => {
    const isDone = await copyText(parts.evidence.textContent);
    const said = state.words.say(isDone ? "copied" : "not_copied");
    parts.announcement.textContent = said;
    parts.copy.textContent = said;
    parts.copy.onblur = () => { parts.copy.textContent = state.words.say("copy"); };
  };

  const resized = new ResizeObserver(() => {
    if (!state.data || state.width === parts.charts.clientWidth) return;
    layAxis();
    redraw();
  });
  resized.observe(parts.charts);
  const scrolled = watchSticking(parts);

  return {
    show,
    close() {
      clearTimeout(state.timer);
      clearTimeout(state.resting);
      resized.disconnect();
      scrolled.disconnect();
    },
  };
}
