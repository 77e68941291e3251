/* The products that look most like the one that is shown; each is a button that shows that one. */

/** `onLook` gets the neighbour that somebody chose. */
function showNeighbours(root, product, words, onLook) {
  const part = (selector) => root.querySelector(`.neighbours ${selector}`);
  part(".heading").textContent = words.say("neighbours");
  part(".alone").textContent = product.alone;
  part(".near-list").replaceChildren(...product.neighbours.map((one) => makeNeighbour(one, words, onLook)));
}

function makeNeighbour(one, words, onLook) {
  const image = Object.assign(document.createElement("img"), { alt: "", loading: "lazy", decoding: "async" });
  const frame = element("span", "near-picture", [image, element("span", "no-picture", words.say("no_picture"))]);
  image.onerror = () => frame.classList.add("broken");
  image.src = one.picture.small;
  const value = element("span", "near-value", [element("span", "unseen", `${words.say("similarity")} `), one.value]);
  const foot = element("span", "near-foot", [element("span", "", one.price ?? ""), value]);
  const also = element("span", "near-also", one.also);
  const button = element("button", "near", [frame, element("span", "near-name", one.name), also, foot]);
  button.type = "button";
  button.title = one.name;
  button.onclick = () => onLook(one);
  return element("li", "", [button]);
}
