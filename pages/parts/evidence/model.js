/*
 * Every figure at every line, from the counts that Python sent once. Lines are whole hundredths,
 * -100 to 100; position i of an array belongs to the line i - 100.
 */

const LOWEST = -100;
const HIGHEST = 100;
const LINES = Array.from({ length: 201 }, (_, i) => i + LOWEST); // every line, in hundredths

// What takes seconds to work out, as long as it is not there.
const NOT_YET = { bands: null, average_precision: null, roc_auc: null, ranking: null, advice: [], by_category: [] };

function createModel(data) {
  const { counts, photos, results, judged } = data;
  const passing = fromHereOn(counts);
  const at = (values, line) => values?.[line - LOWEST] ?? null;
  const model = {
    data,
    photos,
    products: data.products,
    sampled: data.sampled,
    distribution: createDistribution({ start: LOWEST, counts }),
    passing,
    /** Products that pass a line, on average over the photos. */
    passed: (line) => at(passing, line) / Math.max(1, photos),
    /** How far that may be off for a single photo; 0 where it is counted. */
    margin: (line) => at(data.margins, line) ?? 0,
    results: (line) => ({
      low: at(results.low, line),
      median: at(results.median, line),
      high: at(results.high, line),
    }),
    /** For how many of the photos nothing is shown from this line on. */
    emptyAt: (line) => Math.round(at(data.empty, line) * photos),
    judged: judged && createJudged(judged, at),
  };
  if (model.judged?.recallKnown) {
    const every = (name) => LINES.map((line) => model.judged[name](line));
    model.points = {
      pr: curvePoints(every("recallAt"), judged.precision),
      roc: curvePoints(every("falloutAt"), every("recallAt")),
    };
  }
  return model;
}

function createJudged(judged, at) {
  const shown = fromHereOn(judged.matches); // matches at or above each line
  const wrong = fromHereOn(judged.others);
  const recallKnown = judged.measurable_from === null;
  const matches = recallKnown ? shown[0] : null; // matches where nobody has looked are not counted
  const others = wrong[0];
  const range = (name, line) => {
    const low = at(judged.advised?.bands[name][0], line);
    const high = at(judged.advised?.bands[name][1], line);
    return low === null || high === null ? null : { low, high };
  };
  const share = (part, all) => (all > 0 ? part / all : null);
  return {
    ...NOT_YET,
    ...judged,
    ...judged.advised,
    recallKnown,
    recallAt: (line) => share(at(shown, line), matches),
    falloutAt: (line) => share(at(wrong, line), others),
    /** precision, recall and F at a line, each with its band where there is one. */
    measures: (line) => ({
      precision: { value: at(judged.precision, line), range: range("precision", line) },
      recall: { value: at(judged.recall, line), range: range("recall", line) },
      f_beta: { value: at(judged.f_beta, line), range: range("f_beta", line) },
    }),
    cells: (line) => {
      const [hits, alarms] = [at(shown, line), at(wrong, line)];
      return {
        true_positive: { count: hits, share: share(hits, matches) },
        false_negative: {
          count: recallKnown ? matches - hits : null,
          share: share(matches - hits, matches),
        },
        false_positive: { count: alarms, share: share(alarms, others) },
        true_negative: { count: others - alarms, share: share(others - alarms, others) },
      };
    },
    chance: (line) => at(judged.advised?.calibration, line),
  };
}

/** For each position the sum of what stands there and further right. */
function fromHereOn(values) {
  const sums = new Array(values.length);
  let sum = 0;
  for (let i = values.length - 1; i >= 0; i -= 1) {
    sum += values[i];
    sums[i] = sum;
  }
  return sums;
}

/** The axis that slider and charts share: where there is data, and every line that is pointed at. */
function axisFor(model, { line, doubtful, data }) {
  const advised = (model.judged?.advice ?? []).flatMap((one) => [one.threshold, one.doubtful]);
  const { active, active_doubtful: activeDoubtful } = data;
  const pointedAt = [line, doubtful, active, activeDoubtful, ...advised].filter((value) => value !== null);
  const axis = axisOf(model.distribution, pointedAt);
  // What is exactly 1, such as a photo's best product on the relative scale, needs room for its bar.
  return model.data.counts.at(-1) > 0 ? { ...axis, high: HIGHEST + 2 } : axis;
}

/** The points of a curve, each with its line; those without a value are left out. */
function curvePoints(xs, ys) {
  return LINES.flatMap((line, i) =>
    xs[i] === null || ys[i] === null ? [] : [{ line, x: xs[i], y: ys[i] }],
  );
}
