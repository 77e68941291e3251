/*
 * The charts. Plotly draws each of them once; the line over them is an element of our own that
 * follows CSS variables of the root, so that moving it draws nothing anew.
 */

// Pixels around what is drawn; the first three charts and the slider share left and right.
const MARGIN = { l: 46, r: 14, t: 8, b: 24 };
const FLAG_ROOM = 22; // over the first chart, for the value at the line
const CURVE_MARGIN = { l: 52, r: 14, t: 8, b: 42 };
const HEIGHT = { distribution: 204, results: 150, measures: 210, pr: 270, roc: 270 };
const CONFIG = { staticPlot: true, responsive: false, displayModeBar: false };

/** Make the frames of the charts in `names` and return their parts by name. */
function makeFrames(parts, names) {
  const made = new Map();
  const columns = { aligned: make("div", "", { class: "column" }), curve: make("div", "", { class: "column" }) };
  for (const name of names) {
    const node = parts.template.content.firstElementChild.cloneNode(true);
    const part = (selector) => node.querySelector(selector);
    const kind = name === "pr" || name === "roc" ? "curve" : "aligned";
    node.classList.add(kind, `${name}-chart`);
    made.set(name, {
      name,
      node,
      title: part(".chart-title"),
      button: part(".table-button"),
      frame: part(".frame"),
      canvas: part(".canvas"),
      flag: part(".flag"),
      dot: part(".dot"),
      note: part(".chart-note"),
      table: part(".table-frame"),
    });
    part(".frame").style.height = `${HEIGHT[name]}px`;
    columns[kind].append(node);
  }
  parts.charts.replaceChildren(...Object.values(columns).filter((column) => column.hasChildNodes()));
  return made;
}

/** Draw every chart at its present width. */
async function drawCharts(Plotly, frames, drawings, { axis, words, colours }) {
  const drawn = { ...drawings.aligned, ...drawings.curves };
  for (const [name, frame] of frames) {
    const width = frame.frame.clientWidth;
    if (!width || !drawn[name]) continue;
    frame.width = width; // kept: asking while the line moves would lay out the page each time
    const { traces, xaxis, yaxis, annotations = [] } = drawn[name]();
    const base = (one) => ({
      gridcolor: colours.clear("text", 0.1),
      zeroline: false,
      tickfont: { size: 11 },
      fixedrange: true,
      ...one,
    });
    const ticks = axisTicks(axis, width - MARGIN.l - MARGIN.r);
    const shared = {
      range: [axis.low / 100, axis.high / 100],
      tickvals: ticks.map((tick) => tick / 100),
      ticktext: ticks.map(words.tick),
    };
    const layout = {
      width,
      height: HEIGHT[name],
      margin: { ...(xaxis ? CURVE_MARGIN : MARGIN), ...(name === "distribution" ? { t: FLAG_ROOM } : {}), pad: 0 },
      autosize: false,
      showlegend: false,
      paper_bgcolor: "rgba(0, 0, 0, 0)",
      plot_bgcolor: "rgba(0, 0, 0, 0)",
      font: { family: colours.font, size: 12, color: colours.solid("quiet") },
      xaxis: base({ ...(xaxis ?? shared), showgrid: Boolean(xaxis) }),
      yaxis: base(yaxis),
      annotations,
    };
    await Plotly.react(frame.canvas, traces, layout, CONFIG);
  }
}

/** Where a value between 0 and 1.05 stands in a chart of recall, precision or fallout, in pixels. */
function curvePlace(frame, { x, y }) {
  const [low, high] = [-0.03, 1.05];
  const width = (frame.width ?? 0) - CURVE_MARGIN.l - CURVE_MARGIN.r;
  const height = HEIGHT[frame.name] - CURVE_MARGIN.t - CURVE_MARGIN.b;
  return {
    left: CURVE_MARGIN.l + (width * (x - low)) / (high - low),
    top: CURVE_MARGIN.t + (height * (high - y)) / (high - low),
  };
}

/** Let the line be pulled in a chart; `lineAt` finds the line at a place in pixels. */
function makePullable(frame, lineAt, { moveTo, letGo, hold }) {
  const element = frame.frame;
  const move = (event) => {
    const box = element.getBoundingClientRect();
    moveTo(lineAt(frame, { left: event.clientX - box.left, top: event.clientY - box.top, width: box.width }));
  };
  element.onpointerdown = (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    event.preventDefault(); // keeps the focus for the slider
    hold();
    move(event);
  };
  element.onpointermove = (event) => {
    if (element.hasPointerCapture(event.pointerId)) move(event);
  };
  element.onpointerup = letGo;
  element.onpointercancel = letGo;
}
