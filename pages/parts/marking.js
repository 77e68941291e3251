// The browser's Back leads to addresses from before a language was chosen. Streamlit then marks what
// the address says, none perhaps, while the page goes on in the language that is in use: that one is
// marked again.

const PATIENCE_MARKING = 2000; // milliseconds in which Streamlit has marked another

/** Mark the language that `languageNow` gives, whenever Back has marked another; returns how to stop. */
function watchLanguage(languageNow) {
  let end = 0; // until when somebody looks; 0 is never

  function look() {
    if (performance.now() > end) return;
    const buttons = [...document.querySelectorAll(".st-key-language button")];
    const used = buttons.find((button) => button.textContent.trim().toLowerCase() === languageNow());
    if (used && used.ariaChecked === "false") used.click();
    requestAnimationFrame(look);
  }

  const goneBack = () => {
    end = performance.now() + PATIENCE_MARKING;
    look();
  };
  const chosen = ({ isTrusted }) => { if (isTrusted) end = 0; }; // somebody chooses: nothing is put right
  window.addEventListener("popstate", goneBack);
  document.addEventListener("click", chosen, true);
  return () => {
    end = 0;
    window.removeEventListener("popstate", goneBack);
    document.removeEventListener("click", chosen, true);
  };
}
