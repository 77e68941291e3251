/* Recommendations: what to choose, why, and how it does on photos that had no say in the choice. */

function createAdvice({ model, words, numbers, sentences, takeAdvice }) {
  const { judged } = model;
  const { goals } = judged;
  const facts = {
    beta: words.precise(goals.beta),
    precision: numbers.figure(goals.precision),
    recall: numbers.figure(goals.recall),
    confidence: numbers.share(goals.confidence),
    cost: words.precise(goals.cost),
  };

  function obstacle(one) {
    if (one.obstacle === "unreachable") {
      const known = numbers.known(one.best_reached);
      return words.say(known ? "unreachable_best" : "unreachable", { best: numbers.figure(one.best_reached) });
    }
    return words.say(one.obstacle, { missing: words.count(one.missing) }, one.missing);
  }

  function heldOut(held) {
    const products = words.say(
      "a_search",
      { products: numbers.mean(held.accepted) },
      Math.round(held.accepted * 10) / 10,
    );
    const recall = judged.recallKnown ? `${sentences.about}${numbers.figure(held.recall)}` : NOTHING;
    const said = {
      precision: `${sentences.about}${numbers.figure(held.precision)}`,
      recall,
      accepted: products,
      photos: words.count(held.photos),
    };
    return words.say("held_out", said, held.photos);
  }

  function value(one) {
    if (one.threshold === null) return NOTHING;
    if (one.doubtful === null) return words.similarity(one.threshold);
    return `${words.similarity(one.doubtful)} · ${words.similarity(one.threshold)}`;
  }

  function reason(one) {
    if (one.obstacle) return obstacle(one);
    const lines = {
      threshold: words.similarity(one.threshold),
      doubtful: one.doubtful === null ? "" : words.similarity(one.doubtful),
    };
    return words.say(`why_${one.rule}`, { ...facts, ...lines });
  }

  /** How many searches would show nothing, not even as doubtful; nothing where none would. */
  function emptied(one) {
    const empty = one.threshold === null ? 0 : model.emptyAt(one.doubtful ?? one.threshold);
    const facts = { empty: words.count(empty), photos: words.count(model.photos) };
    return empty > 0 ? [make("p", words.say("empty", facts, empty), { class: "why emptied" })] : [];
  }

  function card(one) {
    const content = [
      make("h4", words.say(`rule_${one.rule}`, facts), { class: "rule" }),
      make("p", value(one), { class: "advised" }),
      make("p", reason(one), { class: one.obstacle ? "why obstacle" : "why" }),
      ...emptied(one),
    ];
    if (one.held_out) content.push(make("p", heldOut(one.held_out), { class: "quiet held-out" }));
    if (one.threshold !== null) {
      const button = make("button", [make("span"), make("span", ` ${value(one)}`, { class: "unseen" })], {
        type: "button",
        class: "button take",
      });
      button.onclick = () => takeAdvice(one);
      content.push(button);
    }
    const node = make("li", content, { class: "advice-card" });
    node.classList.toggle("first", one.rule === "f_beta" && one.threshold !== null);
    return node;
  }

  /** One row for each category; what is too few is said and not guessed. */
  function categoryTable() {
    const head = [words.say("category"), words.say("threshold"), words.say("f_held_out", facts)];
    const rows = judged.by_category.map(([name, one]) => [
      name,
      value(one),
      one.held_out ? `${sentences.about}${numbers.figure(one.held_out.f_beta)}` : reason(one),
    ]);
    const table = makeTable(words.say("by_category"), head, rows);
    judged.by_category.forEach(([, one], i) => {
      table.tBodies[0].rows[i].lastChild.classList.toggle("sentence", !one.held_out);
    });
    return table;
  }

  return { card, categoryTable, obstacle };
}

/** The obstacle that stands in the way of every rule: too few judgements; null where it does not. */
function sharedObstacle(advice) {
  if (!advice.length || advice.some((one) => one.obstacle !== "too_few")) return null;
  return advice.reduce((most, one) => (one.missing > most.missing ? one : most));
}

/** Mark the card whose line, or whose two lines, are those chosen. */
function markAdvice(cards, { advice, line, doubtful, words }) {
  cards.forEach((card, i) => {
    const one = advice[i];
    const here = one.threshold === line && one.doubtful === doubtful;
    card.classList.toggle("here", here);
    const button = card.querySelector(".take");
    if (!button) return;
    button.firstChild.textContent = words.say(here ? "taken" : "take");
    button.setAttribute("aria-pressed", String(here));
  });
}
