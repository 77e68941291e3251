/* Pictures of products in lists, and elements with text. */

/** A square with the picture, which shows `shows`, or with a word where there is none. */
function picture(address, shows, name, words) {
  const image = document.createElement("img");
  Object.assign(image, { alt: shows, loading: "lazy", decoding: "async", width: 160, height: 160 });
  const frame = element("div", name, [image, element("span", "no-picture", words.no_picture)]);
  image.onerror = () => frame.classList.add("broken");
  image.src = address;
  return frame;
}

function element(tag, name, content) {
  const made = document.createElement(tag);
  made.className = name;
  if (Array.isArray(content)) made.append(...content);
  else made.textContent = content;
  return made;
}
