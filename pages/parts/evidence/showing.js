/* The parts of the skeleton in evidence.html, and what is written into them. */

function partsOf(root) {
  const part = (selector) => root.querySelector(selector);
  return {
    root,
    evidence: part(".evidence"),
    shown: part(".shown"),
    unmeasured: part(".unmeasured"),
    copy: part(".copy"),
    reset: part(".reset"),
    valueLabel: part(".line-label"),
    value: part(".line-value"),
    doubtfulLabel: part(".doubtful-label"),
    doubtful: part(".doubtful-value"),
    problem: part("#problem"),
    advice: part(".advice"),
    adviceTitle: part(".advice .title"),
    adviceLead: part(".advice-lead"),
    adviceList: part(".advice-list"),
    categories: part(".categories"),
    control: part(".control"),
    compact: part(".compact"),
    slider: part(".slider"),
    ticks: part(".ticks"),
    readout: part(".readout"),
    noCharts: part(".no-charts"),
    charts: part(".charts"),
    lower: part(".lower"),
    cellsTitle: part(".cells .title"),
    cellsLead: part(".cells-lead"),
    matrix: part(".matrix"),
    near: part(".near"),
    figures: part(".figures"),
    figuresTitle: part(".figures .title"),
    figuresTable: part(".figures-table"),
    announcement: part(".announcement"),
    template: part(".chart-template"),
  };
}

/** Texts that do not depend on where the line is. */
function sayWhatStays(parts, { words, data, sentences, judged }) {
  parts.shown.textContent = sentences.source();
  parts.unmeasured.textContent = sentences.unmeasured();
  parts.unmeasured.hidden = !sentences.unmeasured();
  parts.valueLabel.textContent = words.say("threshold");
  parts.doubtfulLabel.textContent = words.say("doubtful_from");
  parts.slider.ariaLabel = words.say("slider");
  parts.copy.textContent = words.say("copy");
  parts.adviceTitle.textContent = words.say("advice_title");
  parts.cellsTitle.textContent = words.say(judged ? "cells_title" : "near_title");
  parts.cellsLead.textContent = words.say(judged ? "cells_lead" : "near_lead");
  parts.figuresTitle.textContent = words.say("figures_title");
  parts.figures.hidden = !judged;
  if (data.active !== null) {
    parts.reset.textContent = words.say("reset", { threshold: words.similarity(data.active) });
  }
}

/** The recommendations; what stands in their place as long as nobody has judged anything. */
function layAdvice(parts, { model, judged, words, numbers, sentences, takeAdvice }) {
  const lead = judged?.advised ? "advice_lead" : judged ? "advice_pending" : "advice_unjudged";
  parts.adviceLead.textContent = words.say(lead);
  parts.categories.hidden = !judged?.by_category.length;
  if (!judged) {
    parts.adviceList.replaceChildren();
    return [];
  }
  const advice = createAdvice({ model, words, numbers, sentences, takeAdvice });
  const shared = sharedObstacle(judged.advice);
  if (shared) parts.adviceLead.textContent = advice.obstacle(shared);
  const cards = shared ? [] : judged.advice.map(advice.card);
  parts.adviceList.replaceChildren(...cards);
  if (judged.by_category.length) {
    parts.categories.querySelector("summary").textContent = words.say("by_category");
    const frame = parts.categories.querySelector(".table-frame");
    frame.setAttribute("aria-label", words.say("by_category"));
    frame.replaceChildren(advice.categoryTable());
  }
  return cards;
}

/** The values under the slider. */
function layTicks(parts, { axis, words }) {
  const ticks = axisTicks(axis, parts.slider.clientWidth || 300).map((tick) => {
    const label = make("span", words.tick(tick));
    label.style.left = `calc(var(--inset) + (100% - 2 * var(--inset)) * ${fractionOf(axis, tick)})`;
    return label;
  });
  parts.ticks.replaceChildren(...ticks);
}

/** Everything that follows the line: sentences, slider, markers, cells, figures. */
function showLine(parts, state) {
  const { line, wished, doubtful, data, words, numbers, model, sentences, judged, axis, frames } = state;
  const sentence = sentences.headline(line, doubtful);
  parts.evidence.textContent = sentence;
  parts.compact.textContent = `${sentences.counted(line, doubtful)}.`; // the figures stand beside it
  parts.slider.value = line;
  parts.slider.setAttribute("aria-valuetext", sentence);
  parts.value.value = words.similarity(line);
  parts.doubtful.value = doubtful === null ? "" : words.similarity(doubtful);
  parts.doubtful.placeholder = wished === null ? "" : words.similarity(wished); // it waits for the line
  const { active, active_doubtful: activeDoubtful } = data;
  const isActive = line === active && (activeDoubtful === null || doubtful === activeDoubtful);
  parts.reset.hidden = active === null || isActive;
  const style = parts.root.style;
  style.setProperty("--at", fractionOf(axis, line));
  style.setProperty("--doubtful", doubtful === null ? 0 : fractionOf(axis, doubtful));
  parts.root.classList.toggle("has-doubtful", doubtful !== null);
  parts.root.classList.toggle("has-active", active !== null && active !== line);
  parts.root.classList.toggle("active-after", active > line);
  for (const frame of frames.values()) showLineIn(frame, { line, words, model, sentences, judged });
  parts.readout.replaceChildren(...readout({ line, words, numbers, model, sentences, judged }));
  showCells(state.buttons, { line, numbers, sentences, judged });
  if (judged) {
    parts.figuresTable.replaceChildren(make("tbody", figureRows({ judged, words, numbers, line })));
    markAdvice(state.cards, { advice: judged.advice, line, doubtful, words });
  }
}

function showLineIn(frame, { line, words, model, sentences, judged }) {
  frame.title.textContent = sentences.titles[frame.name](line);
  frame.flag.textContent = words.similarity(line);
  if (frame.name !== "pr" && frame.name !== "roc") return;
  const point = model.points[frame.name].find((one) => one.line === line);
  frame.dot.hidden = !point;
  if (!point) return;
  const place = curvePlace(frame, point);
  frame.dot.style.transform = `translate(${place.left}px, ${place.top}px)`;
}

/** The few figures beside the slider, in sight while one scrolls. */
function readout({ line, words, numbers, model, sentences, judged }) {
  const { low, median, high } = sentences.shownBySearch(line);
  const entries = judged
    ? Object.entries(judged.measures(line)).map(([name, { value }]) => [
        name === "f_beta" ? words.say("f", { beta: words.precise(judged.goals.beta) }) : words.say(name),
        numbers.figure(value),
      ])
    : [[words.say("of_catalogue"), numbers.share(model.passed(line) / Math.max(1, model.products))]];
  entries.push([
    words.say("results"),
    model.photos === 1 ? median : `${median} (${low}–${high})`,
  ]);
  return entries.map(([name, figure]) => make("div", [make("dt", name), make("dd", figure)]));
}

function showCells(buttons, { line, numbers, sentences, judged }) {
  if (!judged) return;
  for (const [cell, { count, share }] of Object.entries(judged.cells(line))) {
    const button = buttons.get(cell);
    const about = numbers.known(count) ? sentences.about : "";
    button.querySelector("strong").textContent = `${about}${numbers.count(count)}`;
    button.querySelector(".cell-share").textContent = numbers.known(share) ? numbers.share(share) : "";
  }
}

/** Say what is wrong with what was typed into a field; null takes it back. */
function showProblem(parts, sentence, field = null) {
  parts.problem.hidden = sentence === null;
  parts.problem.textContent = sentence ?? "";
  for (const one of [parts.value, parts.doubtful]) {
    one.setAttribute("aria-invalid", String(one === field));
  }
}

/**
 * The bar with the slider gets its own short sentence while it sticks to the top of the window,
 * under Streamlit's header of 60 pixels: then a hair of it reaches over the edge that is watched.
 */
function watchSticking(parts) {
  const observer = new IntersectionObserver(
    ([bar]) => {
      const stuck = bar.intersectionRatio < 1 && bar.boundingClientRect.top < 61;
      parts.control.classList.toggle("stuck", stuck);
    },
    { rootMargin: "-61px 0px 0px 0px", threshold: [0, 1] },
  );
  observer.observe(parts.control);
  return observer;
}
