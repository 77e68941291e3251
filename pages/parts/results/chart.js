/*
 * The histogram over the slider. Its bars stand twice on one another, grey and in the accent colour;
 * the coloured ones are clipped at the line, so that moving the line changes one CSS variable.
 *
 * Heights follow the square root of the counts: on a straight scale the few products in the right
 * tail, which are the ones that matter, would be thinner than a hair.
 */

const INSET = 9; // half the slider's thumb: where the axis begins and ends; --inset in results.css

/** Draw bars, rug and labels for this width. Called when the data, the axis or the width changes. */
function drawChart(parts, { distribution, axis, cards, words }) {
  const { clientWidth: width, clientHeight: height } = parts.plot;
  if (width === 0) return;
  const x = (hundredths) => INSET + fractionOf(axis, hundredths) * (width - 2 * INSET);
  const tallest = Math.max(1, ...distribution.counts);

  const bars = barsPath(distribution, { x, width, height, tallest });
  for (const path of parts.bars) path.setAttribute("d", bars);
  parts.rug.setAttribute("d", rugPath(cards, x));
  placeLabels(parts.ticks, axisTicks(axis, width), (tick) => ({
    text: words.tick(tick),
    left: `${x(tick)}px`,
  }));
  placeLabels(parts.levels, levelTicks(tallest), (count) => ({
    text: words.count(count),
    bottom: `${100 * Math.sqrt(count / tallest)}%`,
  }));
}

function barsPath({ start, counts }, { x, width, height, tallest }) {
  const gap = x(1) - x(0) >= 4 ? 1 : 0;
  const least = 4; // pixels: one product among thousands must still be seen
  return counts
    .map((count, bin) => {
      if (count === 0) return "";
      const left = x(start + bin);
      const right = Math.min(x(start + bin + 1) - gap, width);
      const tall = Math.max(least, height * Math.sqrt(count / tallest));
      return `M${left} ${height}V${height - tall}H${right}V${height}Z`;
    })
    .join("");
}

/** One short stroke for each product shown, at its own value. */
function rugPath(cards, x) {
  return cards.map((card) => `M${x(card.score * 100)} 0V6`).join("");
}

function placeLabels(parent, values, describe) {
  const labels = values.map((value) => {
    const { text, ...place } = describe(value);
    const label = document.createElement("span");
    label.textContent = text;
    Object.assign(label.style, place);
    return label;
  });
  parent.replaceChildren(...labels);
}

/** Let the line be pulled inside the chart, by mouse, pen or finger. */
function makeDraggable(parts, axisNow, moveTo) {
  const valueAt = (event) => {
    const box = parts.plot.getBoundingClientRect();
    const axis = axisNow();
    const fraction = (event.clientX - box.left - INSET) / (box.width - 2 * INSET);
    const value = Math.round(axis.low + fraction * (axis.high - axis.low));
    return Math.min(Math.max(value, axis.low), axis.high);
  };
  parts.plot.onpointerdown = (event) => {
    if (event.button !== 0) return;
    parts.plot.setPointerCapture(event.pointerId);
    event.preventDefault(); // keeps the focus for the slider
    parts.slider.focus({ preventScroll: true });
    moveTo(valueAt(event));
  };
  parts.plot.onpointermove = (event) => {
    if (parts.plot.hasPointerCapture(event.pointerId)) moveTo(valueAt(event));
  };
}
