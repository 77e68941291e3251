/* What is said about a line: each sentence can be pasted into a mail and stands for itself. */

function createSentences(words, numbers, model) {
  const { judged } = model;
  const isSample = model.sampled !== null;
  const about = isSample || (judged && !judged.complete) ? "≈\u00a0" : ""; // estimated, not counted
  const threshold = (line) => words.similarity(line);

  /** How many products pass: of many photos the middle one and the ends of 8 in 10. */
  function passed(line) {
    const total = words.count(model.products);
    if (model.photos > 1) {
      const facts = { threshold: threshold(line), total, ...shownBySearch(line) };
      return words.say("left", facts, model.products);
    }
    const value = model.passed(line);
    return words.say("passed", { threshold: threshold(line), passed: estimated(line), total }, value);
  }

  /** How many products pass for a single photo, and how far that may be off. */
  function estimated(line) {
    const [passed, margin] = [numbers.count(model.passed(line)), model.margin(line)];
    return margin === 0 ? passed : words.say("passed_about", { passed, margin: numbers.count(margin) });
  }

  /** How many more are shown as doubtful, to the middle one of many photos. */
  function moreDoubtful(line, doubtful) {
    const more = model.results(doubtful).median - model.results(line).median;
    const facts = { more: numbers.mean(more), doubtful: threshold(doubtful) };
    return words.say("more_doubtful", facts, Math.round(more * 10) / 10);
  }

  /** What passes, and what is shown as doubtful where there are two lines. */
  function counted(line, doubtful) {
    return doubtful === null ? passed(line) : `${passed(line)} ${moreDoubtful(line, doubtful)}`;
  }

  /** How many products pass for a search: for half of the searches more, for 8 of 10 within the ends. */
  function shownBySearch(line) {
    const { low, median, high } = model.results(line);
    return { median: `${isSample ? about : ""}${numbers.mean(median)}`, low: numbers.count(low), high: numbers.count(high) };
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

  /** "At 0.74, a photo is left with 3 of 12,907 products (1–9 for 8 in 10 photos); precision …" */
  function headline(line, doubtful) {
    const parts = [counted(line, doubtful)];
    if (judged) parts.push(measured(line));
    return `${parts.join("; ")}.`;
  }

  /** Where the figures come from. */
  function source() {
    const parts = [];
    if (model.photos > 1) {
      parts.push(words.say("source_photos", { photos: words.count(model.photos) }, model.photos));
    }
    if (isSample) {
      const facts = { sampled: words.count(model.sampled), total: words.count(model.products) };
      parts.push(words.say("source_sample", facts, model.sampled));
    }
    if (judged?.complete) parts.push(words.say("source_complete"));
    else if (judged) {
      parts.push(words.say("source_judged", { pairs: words.count(judged.pairs) }, judged.pairs));
    } else parts.push(words.say("source_unjudged"));
    if (judged?.bands) parts.push(words.say("source_bands", { level: numbers.share(judged.bands.level) }));
    return parts.join(" ");
  }

  /** Why there is no recall, where there is none. */
  function unmeasured() {
    if (!judged || judged.recallKnown) return "";
    return words.say("unmeasured", { line: threshold(judged.measurable_from) });
  }

  const titles = {
    distribution(line) {
      if (!judged?.recallKnown) return passed(line);
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
      return words.say(numbers.known(judged.average_precision) ? "pr_title" : "pr_title_pending", {
        ap: numbers.figure(judged.average_precision),
        threshold: threshold(line),
        precision: numbers.figure(precision.value),
        recall: numbers.figure(recall.value),
      });
    },
    roc: (line) =>
      words.say(numbers.known(judged.roc_auc) ? "roc_title" : "roc_title_pending", {
        auc: numbers.figure(judged.roc_auc),
        threshold: threshold(line),
        matches: numbers.share(judged.recallAt(line)),
        others: numbers.share(judged.falloutAt(line)),
      }),
  };

  return { headline, counted, source, unmeasured, titles, withRange, about, shownBySearch };
}
