/* Plotly, fetched once from the app itself, and the theme's colours in a form that it can read. */

const PLOTLY = "likenessPlotly"; // the promise lives on the window: one for every component

/** Plotly itself, or a rejected promise where it cannot be had. */
function loadPlotly(address) {
  // Reading the script takes the browser a second in which it paints nothing: the figures first.
  window[PLOTLY] ??= painted().then(() => fetchPlotly(address));
  return window[PLOTLY];
}

/** What is in the document now has been painted. */
function painted() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

function fetchPlotly(address) {
  return new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => (window.Plotly ? done(window.Plotly) : fail(new Error("no Plotly in it")));
    script.onerror = () => {
      script.remove();
      delete window[PLOTLY]; // the next visit tries again
      fail(new Error(`${address} cannot be loaded`));
    };
    document.head.append(script);
  });
}

const EVIDENCE = { text: "--text", quiet: "--quiet", blue: "--blue", orange: "--orange", violet: "--violet" };

/** The colours of these custom properties as rgb(), whatever the theme wrote them as. */
function coloursOf(root, names = EVIDENCE) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.createElement("span");
  probe.hidden = true;
  root.append(probe);
  const rgb = (name) => {
    probe.style.color = `var(${name})`;
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3).join(", ");
  };
  const found = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, rgb(name)]));
  probe.remove();
  return {
    ...found,
    font: getComputedStyle(root).fontFamily,
    stamp: JSON.stringify(found),
    solid: (name) => `rgb(${found[name]})`,
    clear: (name, opacity) => `rgba(${found[name]}, ${opacity})`,
  };
}
