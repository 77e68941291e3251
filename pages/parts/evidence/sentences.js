/* What is said about a line: each sentence can be pasted into a mail and stands for itself. */

function createSentences(words, numbers, model) {
  const { judged } = model;
  const about = judged && !judged.complete ? "≈\u00a0" : ""; // estimated, not counted
  const threshold = (line) => words.similarity(line);

  function passed(line) {
    const value = model.passed(line);
    const one = model.photos === 1;
    const shown = one ? value : Math.round(value * 10) / 10;
    const facts = {
      threshold: threshold(line),
      passed: one ? numbers.count(value) : numbers.mean(shown),
      total: words.count(model.products),
    };
    return words.say(one ? "passed" : "passed_mean", facts, shown);
  }

  /** How many products a search shows: half of the searches more, 8 of 10 within the ends. */
  function shownBySearch(line) {
    const { low, median, high } = model.results(line);
    return { median: numbers.mean(median), low: numbers.count(low), high: numbers.count(high) };
  }

  function shows(line) {
    return words.say("shows", shownBySearch(line), model.results(line).median);
  }

  function withRange({ value, range }) {
    const figure = `${numbers.known(value) ? about : ""}${numbers.figure(value)}`;
    if (!range || !numbers.known(value)) return figure;
    return `${figure} (${numbers.figure(range.low)}–${numbers.figure(range.high)})`;
  }

  function measured(line) {
    const { precision, recall } = judged.measures(line);
    return words.say("measured", { precision: withRange(precision), recall: withRange(recall) });
  }

  /** "At 0.74, 11 of 12,907 products pass; a search shows 3 results (1–9); precision …" */
  function headline(line) {
    const parts = [passed(line)];
    if (model.photos > 1) parts.push(shows(line));
    if (judged) parts.push(measured(line));
    return `${parts.join("; ")}.`;
  }

  /** Where the figures come from. */
  function source() {
    const parts = [];
    if (model.photos > 1) {
      parts.push(words.say("source_photos", { photos: words.count(model.photos) }, model.photos));
    }
    if (judged?.complete) parts.push(words.say("source_complete"));
    else if (judged) {
      parts.push(words.say("source_judged", { pairs: words.count(judged.pairs) }, judged.pairs));
    } else parts.push(words.say("source_unjudged"));
    if (judged?.bands) parts.push(words.say("source_bands", { level: numbers.share(judged.bands.level) }));
    return parts.join(" ");
  }

  const titles = {
    distribution(line) {
      if (!judged) return passed(line);
      return words.say("distribution_title", {
        threshold: threshold(line),
        matches: numbers.share(judged.recallAt(line)),
        others: numbers.share(judged.falloutAt(line)),
      });
    },
    results: (line) =>
      words.say(
        "results_title",
        { threshold: threshold(line), ...shownBySearch(line) },
        model.results(line).median,
      ),
    measures(line) {
      const { precision, recall, f_beta: f } = judged.measures(line);
      return words.say("measures_title", {
        threshold: threshold(line),
        precision: withRange(precision),
        recall: withRange(recall),
        f: withRange(f),
        beta: words.precise(judged.goals.beta),
      });
    },
    pr(line) {
      const { precision, recall } = judged.measures(line);
      return words.say("pr_title", {
        ap: numbers.figure(judged.average_precision),
        threshold: threshold(line),
        precision: numbers.figure(precision.value),
        recall: numbers.figure(recall.value),
      });
    },
    roc: (line) =>
      words.say("roc_title", {
        auc: numbers.figure(judged.roc_auc),
        threshold: threshold(line),
        matches: numbers.share(judged.recallAt(line)),
        others: numbers.share(judged.falloutAt(line)),
      }),
  };

  return { headline, passed, source, titles, withRange, about, shownBySearch };
}
