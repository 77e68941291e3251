/*
 * What is ticked and typed in the panel, before it is chosen. A draft is
 * { category, project, region: sets of values, lowest, highest, currency, find: texts by trait }.
 */

const TRAITS = ["category", "project", "region"];

function draftOf({ lowest, highest, currency, ...values }) {
  const ticked = TRAITS.map((trait) => [trait, new Set(values[trait])]);
  const find = Object.fromEntries(TRAITS.map((trait) => [trait, ""]));
  return { ...Object.fromEntries(ticked), lowest, highest, currency, find };
}

/** The draft as it is sent to the server. */
function sent(draft, number) {
  const ticked = TRAITS.map((trait) => [trait, [...draft[trait]]]);
  const { lowest, highest, currency, find } = draft;
  return { ...Object.fromEntries(ticked), lowest, highest, currency, find: { ...find }, number };
}

/** What is left without one thing that was chosen. */
function without(draft, { trait, value }) {
  if (trait === "price") return { ...draft, lowest: "", highest: "", currency: null };
  const left = new Set(draft[trait]);
  left.delete(value);
  return { ...draft, [trait]: left };
}

function emptyDraft() {
  return draftOf({ lowest: "", highest: "", currency: null });
}
