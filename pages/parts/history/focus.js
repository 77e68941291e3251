/*
 * A list is drawn anew while somebody is in it: nothing moves that need not, and who was on a button
 * is on it again.
 */

/** Let an element have these children, in this order; those that stand right are not touched. */
function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}

/** The control with the focus, by what it does and to which search; null where it is elsewhere. */
function whereFocusIs(root) {
  const active = root.getRootNode().activeElement;
  if (!active || !root.contains(active)) return null;
  return { node: active, act: active.dataset.act, id: active.closest(".entry")?.dataset.id };
}

/** Give the focus to the same control again, if it has lost it by being moved or made anew. */
function giveFocusBack(focused, nodes) {
  if (focused === null || focused.node.matches(":focus")) return;
  const anew = nodes.get(focused.id)?.node.querySelector(`[data-act="${focused.act}"]`);
  (focused.node.isConnected ? focused.node : anew)?.focus({ preventScroll: true });
}
