// Streamlit's menu on a phone, which lies over the page: it closes when a page is chosen, on a tap
// beside it, which does nothing else then, and on Esc. On a wide window there is no such menu.

const NARROW = "(max-width: 768px)"; // Streamlit's own: where the pages go into a menu
const MENU = "[data-testid=stSidebar][data-collapsed=false]";

/** Close the menu whenever it is in the way; returns how to stop listening. */
function watchMenu() {
  const heard = { pointerdown: beside, mousedown: beside, click: leave, keydown: escape };
  for (const [name, act] of Object.entries(heard)) document.addEventListener(name, act, true);
  return () => {
    for (const [name, act] of Object.entries(heard)) document.removeEventListener(name, act, true);
  };
}

function openMenu() {
  return matchMedia(NARROW).matches ? document.querySelector(MENU) : null;
}

function closeMenu(menu) {
  menu.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

/** What lies behind the menu is neither pressed nor pulled, and does not get the focus. */
function beside(event) {
  const menu = openMenu();
  if (!menu || menu.contains(event.target)) return null;
  event.preventDefault();
  event.stopPropagation();
  return menu;
}

function leave(event) {
  const left = beside(event);
  if (left) closeMenu(left);
  else if (event.target.closest?.("[data-testid=stSidebarNavLink]") && !opensElsewhere(event)) {
    const menu = openMenu();
    if (menu) setTimeout(() => closeMenu(menu)); // once Streamlit has gone to the page
  }
}

function opensElsewhere({ ctrlKey, metaKey, shiftKey }) {
  return ctrlKey || metaKey || shiftKey;
}

function escape(event) {
  const menu = event.key === "Escape" ? openMenu() : null;
  if (!menu || document.querySelector(":modal")) return;
  event.preventDefault();
  event.stopPropagation();
  closeMenu(menu);
  // What opened it is drawn anew.
  setTimeout(() => document.querySelector("[data-testid=stExpandSidebarButton]")?.focus());
}
