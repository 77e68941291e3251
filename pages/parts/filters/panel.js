/*
 * The panel: a list of values for each trait, and the prices. Lists are those that the server has
 * counted last; rows that are shown already stay the same elements, so that the focus stays too.
 */

/** Make the panel's parts; `change` is called when something is ticked, `type` when it is typed. */
function createPanel(root, { draftNow, change, type }) {
  const facets = root.querySelector(".facets");
  const lists = new Map(TRAITS.map((trait) => [trait, createList(root, trait)]));
  const price = createPrice(root);
  facets.append(...[...lists.values()].map((list) => list.node), price.node);

  function createList(from, trait) {
    const node = from.querySelector(".facet-template").content.firstElementChild.cloneNode(true);
    const find = node.querySelector(".find");
    find.oninput = () => {
      draftNow().find[trait] = find.value;
      type();
    };
    return { node, find, trait, rows: new Map() };
  }

  function createPrice(from) {
    const node = from.querySelector(".price-template").content.firstElementChild.cloneNode(true);
    const part = (name) => node.querySelector(`.${name}`);
    for (const end of ["lowest", "highest"]) {
      part(end).oninput = () => {
        draftNow()[end] = part(end).value;
        type();
      };
    }
    part("currency").onchange = () => {
      draftNow().currency = part("currency").value;
      change();
    };
    return { node, part };
  }

  function name(words) {
    for (const { node, find, trait } of lists.values()) {
      node.querySelector(".title").textContent = words[trait];
      find.placeholder = words[`find_${trait}`];
      find.setAttribute("aria-label", words[`find_${trait}`]);
    }
    price.part("title").textContent = words.price;
    for (const field of ["lowest", "highest", "currency"]) {
      price.part(`${field}-said`).textContent = words[field];
    }
  }

  /** Let the fields have what the draft has: another one has come in from outside. */
  function reset() {
    const draft = draftNow();
    for (const { find, trait, rows } of lists.values()) {
      find.value = draft.find[trait];
      for (const [value, row] of rows) row.querySelector("input").checked = draft[trait].has(value);
    }
    for (const end of ["lowest", "highest"]) price.part(end).value = draft[end];
  }

  function show(counted) {
    for (const list of lists.values()) {
      const facet = counted.facets.find(({ trait }) => trait === list.trait);
      list.node.hidden = facet === undefined;
      if (facet) fillList(list, facet);
    }
    price.node.hidden = counted.price === null;
    if (counted.price) fillPrice(counted);
  }

  function fillList(list, { values, isLong, more }) {
    list.find.hidden = !isLong;
    const wanted = values.map((value) => rowOf(list, value));
    const there = list.node.querySelector(".values");
    const left = new Set(wanted);
    for (const row of [...there.children]) if (!left.has(row)) row.remove();
    wanted.forEach((row, index) => {
      if (there.children[index] !== row) there.insertBefore(row, there.children[index] ?? null);
    });
    list.node.querySelector(".more").textContent = more;
  }

  function rowOf(list, { value, text, count }) {
    if (!list.rows.has(value)) list.rows.set(value, createRow(list.trait, value));
    const row = list.rows.get(value);
    row.querySelector(".name").textContent = text;
    row.querySelector(".count").textContent = count;
    row.querySelector("input").checked = draftNow()[list.trait].has(value);
    return row;
  }

  function createRow(trait, value) {
    const row = document.createElement("li");
    const label = document.createElement("label");
    label.className = "value";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.onchange = () => {
      draftNow()[trait][box.checked ? "add" : "delete"](value);
      change();
    };
    const [name, count] = ["name", "count"].map((kind) => {
      const made = document.createElement("span");
      made.className = kind;
      return made;
    });
    label.append(box, name, count);
    row.append(label);
    return row;
  }

  function fillPrice({ price: told, problem }) {
    const { part } = price;
    draftNow().currency ??= told.currency;
    const options = told.currencies.map(([code, text]) => new Option(text, code));
    part("currency").replaceChildren(...options);
    part("currency").value = draftNow().currency;
    part("currency-end").hidden = options.length < 2;
    part("problem").textContent = problem;
    part("problem").hidden = problem === "";
    for (const end of ["lowest", "highest"]) part(end).setAttribute("aria-invalid", problem !== "");
    part("span").textContent = told.span;
    part("unpriced").textContent = told.unpriced;
  }

  return { name, reset, show };
}
