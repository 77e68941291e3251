/*
 * One chart. Python says what is drawn; the theme says in which colours; new figures are drawn into
 * the same picture, so that a refresh neither flickers nor moves the page.
 */

const NAMES = Object.fromEntries(
  ["text", "quiet", "grey", "blue", "orange", "red", "violet", "ground"].map((name) => [name, `--${name}`]),
);
const MARGIN = { l: 52, r: 18, t: 18, b: 30, pad: 0 };
// Keeps labels off the axes, and so off one another where the two axes meet.
const GAP = { ticks: "outside", ticklen: 7, tickcolor: "rgba(0, 0, 0, 0)" };
const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };
const views = new WeakMap(); // the root element -> its view

/** Called by Streamlit when the component appears and whenever its data or the theme changes. */
export default inOrder(function chart({ data, parentElement }) {
  const root = parentElement.querySelector(".chart");
  if (!root || !data) return undefined;
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.show(data);
  return () => {
    view.close();
    views.delete(root);
  };
});

function createView(root) {
  const part = (selector) => root.querySelector(selector);
  const canvas = part(".canvas");
  const state = { data: null, width: 0, stamp: "" };

  function show(data) {
    state.data = data;
    root.lang = data.language;
    canvas.style.height = `${data.drawing.height}px`; // before anything is drawn: nothing jumps
    part("figcaption").textContent = data.says;
    showLegend(part(".legend"), data.drawing.legend);
    draw();
  }

  async function draw() {
    const { drawing, plotly, failed } = state.data;
    try {
      const Plotly = await loadPlotly(plotly);
      const width = canvas.clientWidth;
      const colours = coloursOf(root, NAMES);
      const stamp = JSON.stringify([drawing, width, colours.stamp]);
      if (!width || stamp === state.stamp || drawing !== state.data.drawing) return;
      Object.assign(state, { width, stamp });
      await Plotly.react(canvas, inColour(drawing.traces, colours), layoutOf(drawing, width, colours), CONFIG);
      root.classList.add("drawn");
      part(".failed").hidden = true;
    } catch (error) {
      console.warn("A chart cannot be drawn.", error);
      part(".failed").textContent = failed;
      part(".failed").hidden = false;
    }
  }

  const resized = new ResizeObserver(() => {
    if (state.data && canvas.clientWidth !== state.width) draw();
  });
  resized.observe(canvas);

  return {
    show,
    close() {
      resized.disconnect();
      window.Plotly?.purge(canvas);
    },
  };
}

function showLegend(list, keys) {
  list.hidden = !keys.length;
  list.replaceChildren(
    ...keys.map(({ name, colour, pattern }) => {
      const entry = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = backgroundOf(colour, pattern);
      entry.append(swatch, name);
      return entry;
    }),
  );
}

/** The same stripes as in the bars. */
function backgroundOf(colour, pattern) {
  const solid = cssOf(colour);
  const gaps = { "/": "-45deg", "\\": "45deg", "-": "0deg", "|": "90deg" };
  if (pattern in gaps) {
    return `repeating-linear-gradient(${gaps[pattern]}, ${solid} 0 2px, var(--ground) 2px 4px)`;
  }
  if (pattern) return `radial-gradient(var(--ground) 32%, ${solid} 36%) 0 0 / 4px 4px`;
  return solid;
}

function cssOf(colour) {
  const [name, opacity] = colour.split("/");
  return opacity ? `color-mix(in srgb, var(${name}) ${100 * opacity}%, transparent)` : `var(${name})`;
}

/** A copy with every "--name" or "--name/opacity" replaced by that colour. */
function inColour(value, colours) {
  if (typeof value === "string" && value.startsWith("--")) {
    const [name, opacity] = value.slice(2).split("/");
    return opacity ? colours.clear(name, opacity) : colours.solid(name);
  }
  if (Array.isArray(value)) return value.map((one) => inColour(one, colours));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inColour(one, colours)]));
  }
  return value;
}

function layoutOf(drawing, width, colours) {
  const axis = (one) => ({
    gridcolor: colours.clear("text", 0.1),
    zeroline: false,
    fixedrange: true,
    tickangle: 0,
    tickfont: { size: 11 },
    ...GAP,
    ...inColour(one, colours),
  });
  return {
    width,
    height: drawing.height,
    margin: MARGIN,
    autosize: false,
    showlegend: false,
    dragmode: false,
    hovermode: "closest",
    hoverlabel: {
      bgcolor: colours.solid("ground"),
      bordercolor: colours.solid("grey"),
      font: { family: colours.font, size: 12, color: colours.solid("text") },
      align: "left",
    },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: colours.font, size: 12, color: colours.solid("quiet") },
    xaxis: axis(drawing.x),
    yaxis: axis(drawing.y),
    annotations: inColour(drawing.annotations, colours),
    shapes: inColour(drawing.shapes, colours),
    ...drawing.layout,
  };
}
