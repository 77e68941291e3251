/*
 * Sentences, plurals and numbers in the reader's language.
 *
 * The files of this folder are joined into one ES module by results.py, in the order given there:
 * a component of Streamlit is a single module, and this one needs no build step.
 */

/** The texts of one language, ready to be said. Similarities are whole hundredths everywhere. */
function createWords(language, texts) {
  const plural = new Intl.PluralRules(language);
  const whole = new Intl.NumberFormat(language);
  const exact = new Intl.NumberFormat(language, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const short = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 2,
  });
  const long = new Intl.NumberFormat(language, { maximumFractionDigits: 4 });
  const dated = language === "en" ? "en-GB" : language; // as the rest of the app writes dates

  /** "25 Nov", with the year where it is another one; in the reader's own time zone. */
  function day(moment) {
    const date = new Date(moment);
    const thisYear = date.getFullYear() === new Date().getFullYear();
    const asked = { day: "numeric", month: "short", ...(thisYear ? {} : { year: "numeric" }) };
    return new Intl.DateTimeFormat(dated, asked).format(date);
  }

  /** "29 November 2026 at 14:05", in the reader's own time zone; now where none is given. */
  function moment(at) {
    const asked = { dateStyle: "long", timeStyle: "short" };
    return new Intl.DateTimeFormat(dated, asked).format(at ? new Date(at) : new Date());
  }

  /** The sentence called `name`; a plural takes its form from `count`. */
  function say(name, facts = {}, count = 0) {
    const text = texts[name];
    const sentence = typeof text === "string" ? text : (text[plural.select(count)] ?? text.other);
    return sentence.replace(/\{(\w+)\}/g, (placeholder, fact) => facts[fact] ?? placeholder);
  }

  return {
    say,
    day,
    moment,
    count: (number) => whole.format(number),
    similarity: (hundredths) => exact.format(hundredths / 100),
    tick: (hundredths) => short.format(hundredths / 100),
    precise: (similarity) => long.format(similarity),
  };
}

/** Whole hundredths from what a person typed ("0,74", "0.74", ".74"), or null if it is no similarity. */
function parseSimilarity(text) {
  const number = text.trim().replace(",", ".").replace("\u2212", "-");
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(number)) return null;
  const hundredths = Math.round(Number(number) * 100);
  return Math.abs(hundredths) <= 100 ? hundredths + 0 : null;
}
