/* Recommendations: what to choose, why, and how it does on photos that had no say in the choice. */

function createAdvice({ judged, words, numbers, sentences, takeAdvice }) {
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
    const said = {
      precision: `${sentences.about}${numbers.figure(held.precision)}`,
      recall: `${sentences.about}${numbers.figure(held.recall)}`,
      accepted: numbers.mean(held.accepted),
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

  function card(one) {
    const content = [
      make("h4", words.say(`rule_${one.rule}`, facts), { class: "rule" }),
      make("p", value(one), { class: "advised" }),
      make("p", reason(one), { class: one.obstacle ? "why obstacle" : "why" }),
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
    const head = [words.say("category"), words.say("threshold"), words.say("rule_f_beta", facts)];
    const rows = judged.by_category.map(([name, one]) => [
      name,
      value(one),
      one.held_out ? `${sentences.about}${numbers.figure(one.held_out.f_beta)}` : reason(one),
    ]);
    return makeTable(words.say("by_category"), head, rows);
  }

  return { card, categoryTable };
}

/** Mark the card whose line is the one chosen. */
function markAdvice(cards, { advice, line, doubtful, words }) {
  cards.forEach((card, i) => {
    const one = advice[i];
    const here = one.threshold === line && (one.rule !== "two_lines" || one.doubtful === doubtful);
    card.classList.toggle("here", here);
    const button = card.querySelector(".take");
    if (!button) return;
    button.firstChild.textContent = words.say(here ? "taken" : "take");
    button.setAttribute("aria-pressed", String(here));
  });
}
