/*
 * The large picture, the strip to choose another one from, and what was searched with beside it.
 */

const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let comparing = false; // whoever compares one product compares the next one too

function createStage(root) {
  const part = (name) => root.querySelector(`.${name}`);
  const [queried, shown] = [part("queried"), part("shown")];
  const state = { id: null, words: null, pictures: [], at: 0, canCompare: false };
  const zoom = createZoom(part("frames"), (scale) => {
    part("scale").textContent = new Intl.NumberFormat(root.lang, { style: "percent" }).format(scale);
    part("zoom-out").disabled = scale === 1;
  });

  /** `photo` is what was searched with, if anything; `shown` is which picture is seen first. */
  function show(words, { id, photo, product: { name, pictures, shown: at } }) {
    // More is known of the product that is seen already: the picture stays.
    const seen = id === state.id ? state.pictures[state.at]?.large : null;
    const stays = pictures.findIndex(({ large }) => large === seen);
    Object.assign(state, { id, words, name, pictures, canCompare: photo !== null });
    if (photo) setPicture(queried, { large: photo, small: photo }, words.say("searched_with"), words);
    queried.querySelector("figcaption").textContent = words.say("searched_with");
    shown.querySelector("figcaption").textContent = words.say("this_product");
    part("compare").textContent = words.say("side_by_side");
    for (const [button, text] of [["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"]]) {
      part(button).title = words.say(text);
      part(button).setAttribute("aria-label", words.say(text));
    }
    fillStrip();
    compare(comparing);
    choose(stays < 0 ? at : stays);
  }

  function fillStrip() {
    const { words, pictures } = state;
    const strip = part("strip");
    strip.hidden = pictures.length < 2;
    strip.setAttribute("aria-label", words.say("pictures"));
    strip.replaceChildren(...pictures.map((picture, index) => {
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "picture" });
      radio.setAttribute("aria-label", nameOf(index));
      radio.onchange = () => choose(index);
      const image = Object.assign(document.createElement("img"), { alt: "", decoding: "async", src: picture.small });
      image.onerror = () => choice.classList.add("broken");
      const choice = element("label", "choice", [radio, image]);
      return choice;
    }));
  }

  const nameOf = (index) =>
    state.words.say("picture", { n: state.words.count(index + 1), count: state.words.count(state.pictures.length) });

  /** Show one of the pictures; beyond the last one comes the first. */
  function choose(index) {
    const { pictures, words, name } = state;
    const count = pictures.length;
    state.at = count ? (index + count) % count : 0;
    const said = count > 1 ? `${name}. ${nameOf(state.at)}` : name;
    if (setPicture(shown, pictures[state.at] ?? null, said, words)) zoom.reset();
    const radio = part("strip").querySelectorAll("input")[state.at];
    if (radio) radio.checked = true;
  }

  function compare(wanted) {
    const does = wanted && state.canCompare;
    root.classList.toggle("comparing", does);
    queried.hidden = !does;
    part("compare").hidden = !state.canCompare;
    part("compare").setAttribute("aria-pressed", String(does));
  }

  part("compare").onclick = () => {
    comparing = !comparing;
    compare(comparing);
    zoom.reset();
  };
  part("zoom-in").onclick = zoom.larger;
  part("zoom-out").onclick = zoom.smaller;

  /** Whether a key was one for pictures: arrows choose, or move what is enlarged. */
  function takeKey({ key, target }) {
    const move = MOVES[key];
    if (move && zoom.isZoomed()) zoom.pan(...move);
    else if (move?.[0] && state.pictures.length > 1 && target.type !== "radio") choose(state.at - move[0]);
    else if (key === "+" || key === "=") zoom.larger();
    else if (key === "-" || key === "_") zoom.smaller();
    else if (key === "0") zoom.reset();
    else return false;
    return true;
  }

  return { show, takeKey };
}

/**
 * Put a picture into a figure, or a word where there is none; tell whether it is another one. Its
 * small version, which a list has shown already, is seen until the large one has come.
 */
function setPicture(figure, picture, name, words) {
  const [frame, image] = [figure.querySelector(".frame"), figure.querySelector("img")];
  frame.querySelector(".no-picture").textContent = words.say("no_picture");
  image.alt = name;
  if (picture && image.getAttribute("src") === picture.large) return false;
  frame.classList.toggle("broken", picture === null);
  const stand = (small) => { frame.style.backgroundImage = small ? `url("${encodeURI(small)}")` : ""; };
  stand(picture && picture.small !== picture.large ? picture.small : null);
  image.onload = () => stand(null);
  image.onerror = () => {
    stand(null);
    frame.classList.add("broken");
  };
  if (picture) image.src = picture.large;
  else image.removeAttribute("src");
  return true;
}

function element(tag, name, content = []) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (Array.isArray(content)) made.append(...content);
  else made.textContent = content;
  return made;
}
