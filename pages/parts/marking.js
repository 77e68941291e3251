// The browser's Back leads to addresses from before a language was chosen. Streamlit then marks what
// the address says, none perhaps, while the page goes on in the language that is in use: that one is
// marked again, once the page that was gone back to has run. Sooner it would be the page before that
// ran again, and Back led nowhere: what comes to rest first may be that page's progress, which is
// drawn anew twice a second.

const PATIENCE_MARKING = 30_000; // milliseconds in which Streamlit has marked another, however busy
const AT_REST = "notRunning"; // as Streamlit says it
const SWITCH = ".st-key-language";
const DEEDS = ["click", "keydown"]; // a language is chosen by arrows as well

/**
 * Mark the language that `languageNow` gives, whenever Back has marked another. `isThere` tells
 * whether the page that ran last is where the browser is; call what is returned as `ran` when that
 * may have changed, and as `stop` at the end.
 */
function watchLanguage(languageNow, isThere) {
  const app = document.querySelector("[data-testid=stApp]");
  let isRunAwaited = false; // somebody has gone back
  let end = 0; // until when somebody looks; 0 is never

  function look() {
    if (performance.now() > end) {
      marks.disconnect();
      return;
    }
    const buttons = [...document.querySelectorAll(`${SWITCH} button`)];
    const used = buttons.find((button) => button.textContent.trim().toLowerCase() === languageNow());
    if (used && used.ariaChecked === "false") used.click();
  }

  function ran() {
    if (!isRunAwaited || app.dataset.testScriptState !== AT_REST || !isThere()) return;
    isRunAwaited = false;
    end = performance.now() + PATIENCE_MARKING;
    marks.observe(app, { attributeFilter: ["aria-checked"], childList: true, subtree: true });
    look();
  }

  const goneBack = () => {
    isRunAwaited = true;
    end = 0;
  };
  const run = new MutationObserver(ran);
  const marks = new MutationObserver(look);
  // Somebody chooses: nothing is put right before the page has run for that, and a language never.
  const chosen = ({ isTrusted, target }) => {
    if (!isTrusted) return;
    const isLooking = isRunAwaited || performance.now() <= end;
    isRunAwaited = isLooking && !target.closest?.(SWITCH);
    end = 0;
  };
  run.observe(app, { attributeFilter: ["data-test-script-state"] });
  window.addEventListener("popstate", goneBack);
  for (const deed of DEEDS) document.addEventListener(deed, chosen, true);
  const stop = () => {
    run.disconnect();
    marks.disconnect();
    window.removeEventListener("popstate", goneBack);
    for (const deed of DEEDS) document.removeEventListener(deed, chosen, true);
  };
  return { ran, stop };
}
