/*
 * How many products of the whole catalogue are at least this similar.
 *
 * Everything is counted in whole hundredths: 0.1 + 0.2 is not 0.3, but 10 + 20 is 30.
 */

/**
 * `start` is the lower edge of the first bin; bin i holds the products in [start + i, start + i + 1).
 * Where only `sampled` products were looked at, `margins` tell how far each number that passes may be
 * off; 0 sampled: only the best are known. null: all were looked at.
 */
function createDistribution({ start, counts, sampled = null, margins = [] }) {
  const binOf = (line) => Math.min(Math.max(line - start, 0), counts.length);
  const atLeast = new Array(counts.length + 1).fill(0);
  for (let bin = counts.length - 1; bin >= 0; bin -= 1) {
    atLeast[bin] = atLeast[bin + 1] + counts[bin];
  }
  const filled = counts.flatMap((count, bin) => (count > 0 ? [start + bin] : []));
  return {
    start,
    counts,
    total: atLeast[0],
    lowest: filled.at(0) ?? 0,
    highest: filled.at(-1) ?? 100,
    sampled,
    passing: (line) => atLeast[binOf(line)],
    margin: (line) => margins[binOf(line)] ?? 0,
  };
}

/** The ends of the axis: where there is data, with air on both sides, and every value we point at. */
function axisOf(distribution, pointedAt) {
  const step = 5;
  const low = Math.min(distribution.lowest - 2, ...pointedAt);
  const high = Math.max(distribution.highest + 3, ...pointedAt);
  return {
    low: Math.max(-100, Math.floor(low / step) * step),
    high: Math.min(100, Math.ceil(high / step) * step),
  };
}

/** Where a value stands on the axis, from 0 at its left end to 1 at its right end. */
function fractionOf(axis, hundredths) {
  return (hundredths - axis.low) / (axis.high - axis.low);
}

/** Values to be named on an axis so many pixels wide: the finest of these steps that leaves room. */
function axisTicks(axis, width) {
  const room = 40;
  const fits = (step) => (width * step) / (axis.high - axis.low) >= room;
  const step = [5, 10, 20, 50].find(fits) ?? 100;
  const ticks = [];
  for (let tick = Math.ceil(axis.low / step) * step; tick <= axis.high; tick += step) {
    ticks.push(tick + 0);
  }
  return ticks;
}

/** Counts to be named beside the bars: 1, 10, 100 …, where the tallest bar leaves room for them. */
function levelTicks(tallest) {
  const levels = [];
  for (let level = 1; level <= tallest; level *= 10) {
    for (const count of [level, level * 2, level * 5]) levels.push(count);
  }
  const share = (count) => Math.sqrt(count / tallest);
  let above = Infinity;
  return levels.reverse().filter((count) => {
    if (share(count) > 0.97 || share(count) < 0.1 || above - share(count) < 0.22) return false;
    above = share(count);
    return true;
  });
}
