/*
 * A sheet of paper beside the app: laid out when the browser is about to print, by whatever menu, and
 * taken away afterwards.
 */

const SHEET = "sheet";
const PATIENCE_PRINTING = 4000; // milliseconds for pictures that are still on their way
// The document's own rules: those of a component say nothing about the paper.
const PAPER = `
  @page { size: A4; margin: 14mm 12mm; }
  @media screen { [data-likeness=${SHEET}] { display: none; } }
  @media print {
    body > :not([data-likeness=${SHEET}]) { display: none !important; }
    html, body {
      position: static !important; height: auto !important; overflow: visible !important;
      background: #fff !important;
    }
  }`;

/** `contents` gives what stands on the sheet, null for nothing; `images` the pictures it needs. */
function createPaper(root, { template, contents, images }) {
  function lay() {
    const laid = root.hidden ? null : contents();
    if (laid === null) return;
    const host = placeOutside(root, SHEET, template);
    host.append(made("style", "", PAPER));
    host.shadowRoot.querySelector(".sheet").append(...laid);
  }

  function clear() {
    outsideNow(SHEET)?.remove();
  }

  /** Print with the pictures that come within some seconds. */
  async function print() {
    const needed = images();
    for (const image of needed) image.loading = "eager";
    const late = new Promise((done) => { setTimeout(done, PATIENCE_PRINTING); });
    await Promise.race([Promise.allSettled(needed.map((image) => image.decode())), late]);
    window.print();
  }

  function close() {
    window.removeEventListener("beforeprint", lay);
    window.removeEventListener("afterprint", clear);
    clear();
  }

  window.addEventListener("beforeprint", lay);
  window.addEventListener("afterprint", clear);
  return { print, close };
}

/** A picture that is here already is shown by its copy without waiting. */
function copyOf(image) {
  const copy = image.cloneNode();
  copy.loading = "eager";
  copy.decoding = "sync";
  return copy;
}
