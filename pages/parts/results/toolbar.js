/*
 * Over the products: in which order they stand, and whether the doubtful ones are shown. Both are
 * kept in the tab, as the line is, and asked of nobody.
 */

/** `changed` is called when somebody chose; `choiceNow` of what this returns tells what. */
function createToolbar(parts, { changed, announce }) {
  let place = null;
  let choice = { sort: "similarity", isHiding: false };

  /** Say what stays the same, and take what this tab had chosen. */
  function name({ data, words }) {
    const { say } = words;
    place = placeFor(data.reader, `likeness.list.${data.key}`);
    choice = keptChoice(place) ?? choice;
    parts.sortLabel.textContent = say("sort_by");
    parts.hideLabel.textContent = say("hide_doubtful");
    parts.presentSaid.textContent = say("present");
    parts.printSaid.textContent = say("print");
    parts.toolbar.ariaLabel = say("toolbar");
    parts.toolbar.hidden = data.cards.length === 0;
    parts.sorting.hidden = currenciesOf(data.cards).length === 0;
    parts.sort.replaceChildren(...SORTS.map((sort) => new Option(say(`sort_${sort}`), sort)));
    parts.sort.value = choice.sort;
    parts.hide.checked = choice.isHiding;
  }

  /** What is hidden now, and what sorting did not do. */
  function show({ words, groups, list }) {
    const hidden = productsOf([...groups.doubtful, ...groups.below]);
    parts.hidden.hidden = !list.isHiding;
    parts.hidden.textContent = words.say("hidden", { count: words.count(hidden) }, hidden);
    const currencies = currenciesOf(list.cards);
    parts.currencies.hidden = list.sort === "similarity" || currencies.length < 2;
    const named = currencies.map((currency) => currency ?? words.say("no_currency"));
    parts.currencies.textContent = words.say("not_converted", { currencies: named.join(", ") });
  }

  function choose(update) {
    choice = { ...choice, ...update };
    keepChoice(place, choice);
    changed();
  }

  parts.sort.onchange = () => choose({ sort: parts.sort.value });
  parts.hide.onchange = () => {
    choose({ isHiding: parts.hide.checked });
    announce(choice.isHiding ? parts.hidden.textContent : parts.shown.textContent);
  };

  /** The cards in the chosen order, where there is a price to sort by. */
  function listOf({ cards }) {
    const sort = parts.sorting.hidden ? "similarity" : choice.sort;
    return { cards: sorted(cards, sort), sort, isHiding: choice.isHiding };
  }

  return { name, show, listOf };
}

function keptChoice(place) {
  try {
    const { sort, isHiding } = JSON.parse(sessionStorage.getItem(place)) ?? {};
    return SORTS.includes(sort) ? { sort, isHiding: isHiding === true } : null;
  } catch {
    return null;
  }
}

function keepChoice(place, choice) {
  try {
    sessionStorage.setItem(place, JSON.stringify(choice));
  } catch (error) {
    console.info("The order is not kept: this browser forbids session storage.", error.name);
  }
}
