// The browser's Back leads to addresses from before a language was chosen. Streamlit then marks what
// the address says, none perhaps, while the page goes on in the language that is in use: that one is
// marked again, once the page that was gone back to has run. Sooner it would be the page before that
// ran again, and Back led nowhere.

const PATIENCE_MARKING = 2000; // milliseconds in which Streamlit has marked another
const AT_REST = "notRunning"; // as Streamlit says it

/** Mark the language that `languageNow` gives, whenever Back has marked another; returns how to stop. */
function watchLanguage(languageNow) {
  const app = document.querySelector("[data-testid=stApp]");
  let isRunAwaited = false; // somebody has gone back
  let end = 0; // until when somebody looks; 0 is never

  function look() {
    if (performance.now() > end) return;
    const buttons = [...document.querySelectorAll(".st-key-language button")];
    const used = buttons.find((button) => button.textContent.trim().toLowerCase() === languageNow());
    if (used && used.ariaChecked === "false") used.click();
    requestAnimationFrame(look);
  }

  const goneBack = () => {
    isRunAwaited = true;
    end = 0;
  };
  const run = new MutationObserver(() => {
    if (!isRunAwaited || app.dataset.testScriptState !== AT_REST) return;
    isRunAwaited = false;
    end = performance.now() + PATIENCE_MARKING;
    look();
  });
  const chosen = ({ isTrusted }) => { // somebody chooses: nothing is put right
    if (!isTrusted) return;
    isRunAwaited = false;
    end = 0;
  };
  run.observe(app, { attributeFilter: ["data-test-script-state"] });
  window.addEventListener("popstate", goneBack);
  document.addEventListener("click", chosen, true);
  return () => {
    end = 0;
    run.disconnect();
    window.removeEventListener("popstate", goneBack);
    document.removeEventListener("click", chosen, true);
  };
}
