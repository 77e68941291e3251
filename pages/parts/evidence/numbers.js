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
      ...more,
    });
  const figure = format(2, 2);
  const mean = format(0, 1);
  const whole = format(0, 0);
  const shares = [0, 1, 2, 3].map((digits) => format(0, digits, { style: "percent" }));
  const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

  return {
    known,
    figure: (value) => (known(value) ? figure.format(value) : NOTHING),
    count: (value) => (known(value) ? whole.format(Math.round(value)) : NOTHING),
    mean: (value) => (known(value) ? mean.format(value) : NOTHING),
    /** Two digits that count, from either end: 42 %, 4.2 %, 0.042 %, 99.93 %. */
    share: (value) => {
      if (!known(value)) return NOTHING;
      const fromEnd = Math.min(value, 1 - value);
      const digits = [0.1, 0.01, 0.001].findIndex((least) => fromEnd >= least || fromEnd <= 0);
      return shares[digits === -1 ? 3 : digits].format(value);
    },
  };
}
