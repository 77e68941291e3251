/*
 * Figures in the reader's language. They are rounded as Python rounds them, half to even, so that
 * the page and the command agree to the last digit.
 */

const NOTHING = "–"; // a figure that is not defined, such as the precision of no products

function createNumbers(language) {
  const format = (least, most, more = {}) =>
    new Intl.NumberFormat(language, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      roundingMode: "halfEven",
      signDisplay: "negative", // and never −0
      ...more,
    });
  const figures = [2, 3, 4, 5, 6].map((digits) => format(2, digits));
  const mean = format(0, 1);
  const whole = format(0, 0);
  const shares = [0, 1, 2, 3, 4].map((digits) => format(0, digits, { style: "percent" }));
  const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

  /** How many digits show two that count, from the nearer end of 0 to 1; 0 at an end itself. */
  const digitsFor = (value) => {
    const fromEnd = Math.min(value, 1 - value);
    return fromEnd > 1e-9 ? Math.ceil(-Math.log10(fromEnd)) + 1 : 0;
  };
  const pick = (formats, digits) => formats[Math.min(Math.max(digits, 0), formats.length - 1)];
  /** What two decimals would call 0 or 1 and is neither gets as many as tell so: 0.9955. */
  const digitsOf = (value) => (Math.min(value, 1 - value) > 0.005 ? 2 : digitsFor(value));

  return {
    known,
    figure: (value) => (known(value) ? pick(figures, digitsOf(value) - 2).format(value) : NOTHING),
    count: (value) => (known(value) ? whole.format(Math.round(value)) : NOTHING),
    mean: (value) => (known(value) ? mean.format(value) : NOTHING),
    /** Two digits that count, from either end: 42 %, 4.2 %, 0.042 %, 99.93 %. */
    share: (value) => {
      return known(value) ? pick(shares, digitsFor(value) - 2).format(value) : NOTHING;
    },
  };
}

/** The same words with a true minus, as wide as a plus. */
function withMinus(words) {
  const minus = (text) => text.replace("-", "\u2212");
  return {
    ...words,
    tick: (hundredths) => minus(words.tick(hundredths)),
    similarity: (hundredths) => minus(words.similarity(hundredths)),
  };
}
