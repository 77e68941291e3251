/* Tables: the numbers behind each chart, the cells of the confusion matrix, and the figures. */

/** An element with this text, or these children. */
function make(tag, content = "", attributes = {}) {
  const element = document.createElement(tag);
  if (Array.isArray(content)) element.append(...content);
  else element.textContent = content;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** A table with a caption for screen readers, a head, and rows whose first cell names them. */
function makeTable(caption, head, rows) {
  const names = head.map((name) => make("th", name, { scope: "col" }));
  const body = rows.map((row) =>
    make("tr", row.map((cell, i) => (i === 0 ? make("th", cell, { scope: "row" }) : make("td", cell)))),
  );
  return make("table", [
    make("caption", caption, { class: "unseen" }),
    make("thead", [make("tr", names)]),
    make("tbody", body),
  ]);
}

/** The numbers of one chart, a row for each line of the axis. */
function chartTable(name, { model, words, numbers, axis, sentences }) {
  const { judged } = model;
  const lines = LINES.filter((line) => line >= axis.low && line <= axis.high);
  const first = words.say("threshold");
  const range = (one) => sentences.withRange(one);
  const tables = {
    distribution: () =>
      judged
        ? {
            head: [first, words.say("matches"), words.say("others"), words.say("chance")],
            row: (line) => [
              bin(judged.matches, line),
              bin(judged.others, line),
              numbers.figure(judged.chance(line)),
            ],
          }
        : {
            head: [first, words.say("products"), words.say("passing")],
            row: (line) => [
              words.count(model.distribution.counts[line - LOWEST]),
              words.count(model.passing[line - LOWEST]),
            ],
          },
    results: () => ({
      head: [first, words.say("percentile", { n: words.count(10) }), words.say("median"), words.say("percentile", { n: words.count(90) })],
      row: (line) => Object.values(model.results(line)).map(numbers.mean),
    }),
    measures: () => ({
      head: [first, words.say("precision"), words.say("recall"), words.say("f", { beta: words.precise(judged.goals.beta) })],
      row: (line) => Object.values(judged.measures(line)).map(range),
    }),
    pr: () => ({
      head: [first, words.say("recall"), words.say("precision")],
      row: (line) => {
        const { precision, recall } = judged.measures(line);
        return [recall, precision].map(({ value }) => numbers.figure(value));
      },
    }),
    roc: () => ({
      head: [first, words.say("fallout"), words.say("recall")],
      row: (line) => [numbers.share(judged.falloutAt(line)), numbers.share(judged.recallAt(line))],
    }),
  };
  const bin = (values, line) => numbers.mean(values[line - LOWEST]);
  const { head, row } = tables[name]();
  return makeTable(words.say(`${name}_name`), head, lines.map((line) => [words.similarity(line), ...row(line)]));
}

/** The cells of the confusion matrix as buttons; what each shows is filled in with the line. */
function makeMatrix(parts, { judged, words, onCell }) {
  const buttons = new Map();
  const button = (cell) => {
    const made = make("button", [make("strong"), make("span", words.say(cell), { class: "cell-name" }), make("span", "", { class: "quiet cell-share" })], {
      type: "button",
      class: `cell ${cell}`,
    });
    made.onclick = () => onCell(cell);
    buttons.set(cell, made);
    return made;
  };
  const row = (name, ...cells) =>
    make("tr", [make("th", words.say(name), { scope: "row" }), ...cells.map((cell) => make("td", [button(cell)]))]);
  parts.matrix.hidden = !judged;
  if (judged) {
    const head = ["", words.say("above"), words.say("below")];
    parts.matrix.replaceChildren(
      make("caption", words.say("cells_title"), { class: "unseen" }),
      make("thead", [make("tr", head.map((name) => (name ? make("th", name, { scope: "col" }) : make("td"))))]),
      make("tbody", [
        row("matches", "true_positive", "false_negative"),
        row("others", "false_positive", "true_negative"),
      ]),
    );
  }
  const near = ["just_above", "just_below"].map((cell) => {
    const made = make("button", words.say(cell), { type: "button", class: "button near-button" });
    made.onclick = () => onCell(cell);
    buttons.set(cell, made);
    return made;
  });
  parts.near.replaceChildren(...near);
  return buttons;
}

/** The figures that do not depend on the line, and the chance of a match at it. */
function figureRows({ judged, words, numbers, line }) {
  const { ranking, average_precision: ap, roc_auc: auc } = judged;
  const rows = [
    ["chance_at", numbers.share(judged.chance(line))],
    ["average_precision", numbers.figure(ap)],
    ["roc_auc", numbers.figure(auc)],
    ...(ranking
      ? [
          ["precision_1", numbers.figure(ranking.precision_1)],
          ["precision_5", numbers.figure(ranking.precision_5)],
          ["precision_10", numbers.figure(ranking.precision_10)],
          ["ndcg_10", numbers.figure(ranking.ndcg_10)],
        ]
      : []),
    ["judged_photos", words.count(judged.photos)],
    ...(judged.pairs ? [["judged_pairs", words.count(judged.pairs)]] : []),
  ];
  return rows.map(([name, figure]) =>
    make("tr", [make("th", words.say(name, { threshold: words.similarity(line) }), { scope: "row" }), make("td", figure)]),
  );
}
