/*
 * What each chart draws, as Plotly's traces, axes and labels. Series differ in colour and in dash
 * and carry their own label, so that nobody needs to tell colours apart.
 */

const DASH = { solid: "solid", dashed: "7px,4px", dotted: "2px,3px" };

/** Traces and layout of every chart that there is something to draw for. */
function createDrawings({ model, words, numbers, colours, axis }) {
  const positions = LINES.map((_, i) => i).filter(
    (i) => LINES[i] >= axis.low && LINES[i] <= axis.high,
  );
  const x = positions.map((i) => LINES[i] / 100);
  const pick = (values) => positions.map((i) => values[i] ?? null);
  const { judged } = model;

  const line = (colour, dash, more = {}) => ({
    type: "scatter",
    mode: "lines",
    line: { color: colours.solid(colour), width: 2, dash: DASH[dash], ...more },
    hoverinfo: "skip",
    showlegend: false,
  });
  const fill = (colour, opacity = 0.16) => ({ fillcolor: colours.clear(colour, opacity) });
  const label = (text, colour, place) => ({
    text,
    font: { color: colours.solid(colour), size: 12 },
    showarrow: false,
    bgcolor: "rgba(0, 0, 0, 0)",
    ...place,
  });

  /** Two traces that fill what lies between a low and a high series, where both are known. */
  function between(low, high, colour) {
    const there = positions.map((_, i) => i).filter((i) => low[i] !== null && high[i] !== null);
    const edge = { ...line(colour, "solid", { width: 0 }), x: there.map((i) => x[i]) };
    return [
      { ...edge, y: there.map((i) => low[i]) },
      { ...edge, y: there.map((i) => high[i]), fill: "tonexty", ...fill(colour) },
    ];
  }

  /** The series stands as steps: a bin holds what lies from its left edge to the next one. */
  function steps(values, colour, dash) {
    const ends = [...x, (LINES[positions.at(-1)] + 1) / 100];
    const scaled = [...pick(values).map(Math.sqrt), 0];
    return { ...line(colour, dash, { shape: "hv" }), x: ends, y: scaled, fill: "tozeroy", ...fill(colour) };
  }

  function distribution() {
    if (!judged) {
      const top = Math.max(1, ...pick(model.distribution.counts));
      return {
        traces: [steps(model.distribution.counts, "violet", "solid")],
        yaxis: rootAxis(levelTicks(top), (count) => words.count(count), top),
      };
    }
    const shares = { matches: shareOf(judged.matches), others: shareOf(judged.others) };
    const top = Math.max(...pick(shares.matches), ...pick(shares.others));
    const peak = (values) => {
      const seen = pick(values);
      const i = seen.indexOf(Math.max(...seen));
      const atEnd = i > 0.92 * seen.length;
      return { x: x[i], y: Math.sqrt(seen[i]), yanchor: "bottom", xanchor: atEnd ? "right" : "center" };
    };
    const levels = [0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7].filter((level) => level < top);
    return {
      traces: [steps(shares.others, "orange", "dashed"), steps(shares.matches, "blue", "solid")],
      yaxis: rootAxis(levels, numbers.share, top * 1.25),
      annotations: [
        label(words.say("matches"), "blue", peak(shares.matches)),
        label(words.say("others"), "orange", peak(shares.others)),
      ],
    };
  }

  /** Heights are square roots: few among many stay visible. */
  function rootAxis(levels, write, top) {
    return {
      range: [0, Math.sqrt(top)],
      tickvals: levels.map(Math.sqrt),
      ticktext: levels.map(write),
    };
  }

  function results() {
    const tall = (values) => pick(values).map((value) => Math.log10(1 + value));
    const arrays = model.data.results;
    const most = Math.max(...pick(arrays.high), 1);
    const top = Math.log10(1 + most);
    const levels = [0, 10, 100, 1000, 10_000, 100_000].filter((level) => level <= most);
    const room = model.data.photos > 1 ? between(tall(arrays.low), tall(arrays.high), "violet") : [];
    const middle = tall(arrays.median);
    const spot = middle.findIndex((value) => value < 0.62 * top);
    const place = { x: x[Math.max(spot, 0)], y: middle[Math.max(spot, 0)], xanchor: "left", yanchor: "bottom" };
    const named = model.data.photos > 1 ? [label(words.say("median"), "violet", place)] : [];
    return {
      traces: [...room, { ...line("violet", "solid"), x, y: middle }],
      yaxis: { range: [-0.06 * top, 1.08 * top], tickvals: levels.map((level) => Math.log10(1 + level)), ticktext: levels.map(words.count) },
      annotations: named,
    };
  }

  function measures() {
    const series = [
      { name: "precision", colour: "blue", dash: "solid", text: words.say("precision") },
      { name: "recall", colour: "orange", dash: "dashed", text: words.say("recall") },
      {
        name: "f_beta",
        colour: "violet",
        dash: "dotted",
        text: words.say("f", { beta: words.precise(judged.goals.beta) }),
      },
    ]
      .map((one) => ({ ...one, y: pick(judged[one.name]) }))
      .filter(({ y }) => y.some((value) => value !== null));
    const bands = series.flatMap(({ name, colour }) =>
      judged.bands ? between(pick(judged.bands[name][0]), pick(judged.bands[name][1]), colour) : [],
    );
    return {
      traces: [...bands, ...series.map(({ y, colour, dash }) => ({ ...line(colour, dash), x, y }))],
      yaxis: unitAxis(),
      annotations: series.map((one) => label(one.text, one.colour, freeSpot(x, one, series))),
    };
  }

  const unitAxis = () => ({ range: [-0.03, 1.05], tickvals: [0, 0.5, 1], ticktext: [0, 50, 100].map(words.tick) });

  /** A curve over recall or fallout, with the axes named. */
  function curve(points, names, extra = []) {
    const axisNamed = (name) => ({ ...unitAxis(), title: { text: name, standoff: 6 } });
    return {
      traces: [
        ...extra,
        { ...line("violet", "solid"), x: points.map((p) => p.x), y: points.map((p) => p.y) },
      ],
      xaxis: axisNamed(names.x),
      yaxis: axisNamed(names.y),
    };
  }

  function pr() {
    return curve(model.points.pr, { x: words.say("recall"), y: words.say("precision") });
  }

  function roc() {
    const chance = { ...line("quiet", "dotted", { width: 1 }), x: [0, 1], y: [0, 1] };
    return curve(model.points.roc, { x: words.say("fallout"), y: words.say("recall") }, [chance]);
  }

  const aligned = { distribution, results, ...(judged ? { measures } : {}) };
  const curves = judged ? { pr, roc } : {};
  return { aligned, curves };
}

function shareOf(values) {
  const all = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (all > 0 ? value / all : 0));
}

/** Where a series is farthest from the others: there its label belongs to it beyond doubt. */
function freeSpot(x, series, all) {
  const others = all.filter((one) => one !== series);
  const margin = Math.floor(x.length * 0.08);
  let best = { distance: -1, i: margin };
  for (let i = margin; i < x.length - margin; i += 1) {
    const y = series.y[i];
    if (y === null) continue;
    const gaps = others.map((one) => (one.y[i] === null ? 1 : Math.abs(one.y[i] - y)));
    const distance = Math.min(...gaps) + (y > 0.12 && y < 0.88 ? 0.1 : 0);
    if (distance > best.distance) best = { distance, i };
  }
  const y = series.y[best.i] ?? 0.5;
  const slope = (series.y[best.i + 1] ?? y) - (series.y[best.i - 1] ?? y);
  if (Math.abs(slope) > 0.02) {
    const side = slope < 0 ? { xanchor: "left", xshift: 5 } : { xanchor: "right", xshift: -5 };
    return { x: x[best.i], y, yanchor: "bottom", ...side };
  }
  const above = others.every((one) => (one.y[best.i] ?? 0) <= y) && y < 0.86;
  return { x: x[best.i], y, yanchor: above ? "bottom" : "top", yshift: above ? 3 : -3 };
}
