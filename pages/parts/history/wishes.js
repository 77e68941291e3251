/*
 * What somebody wants to be done and Python has not heard of, or not done, yet. Whoever is quick
 * asks for more while the page runs: all of it is told each time, and numbers tell what is done.
 */

function createWishes() {
  let number = 0;
  let open = [];

  /** Python has done everything up to this number. */
  function heard(done) {
    number = Math.max(number, done);
    open = open.filter((wish) => wish.number > done);
  }

  /** Ask for one more thing; returns all that is to be told. */
  function add(wish) {
    number += 1;
    open.push({ number, ...wish });
    return open;
  }

  /** Groups of searches as they are going to be. */
  function expected(groups) {
    return open.reduce(fulfilled, groups);
  }

  return { heard, add, expected };
}

function fulfilled(groups, wish) {
  if (wish.act === "forget_all") return [];
  return groups
    .map((group) => ({ ...group, entries: group.entries.flatMap((entry) => changed(entry, wish)) }))
    .filter((group) => group.entries.length > 0);
}

/** A search as a wish leaves it: one, or none. */
function changed(entry, wish) {
  if (wish.act === "forget" && wish.earlier.includes(entry.id)) return [];
  if (entry.id !== wish.search) return [entry];
  switch (wish.act) {
    case "pin":
    case "unpin":
      return [{ ...entry, pinned: wish.act === "pin" }]; // it moves when it is done
    case "rename":
      return [{ ...entry, title: wish.title, name: wish.title || entry.unnamed }];
    case "forget":
      return [];
    default:
      return [entry];
  }
}
