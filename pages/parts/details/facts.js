/*
 * What is known of the product, why it is here, and its offers. All of it comes in words; what comes
 * from a catalogue is set as text.
 */

/** `announce` tells those who do not see it that something was copied. */
function showFacts(root, { product, why }, words, announce) {
  const part = (selector) => root.querySelector(selector);
  part(".price").textContent = product.price ?? "";
  part("p.article").hidden = !product.article;
  part(".article-said").textContent = words.say("article", { article: product.article });
  makeCopying(part("p.article"), product.article, words, announce);
  part(".known .list").replaceChildren(...terms(product.facts));
  part(".description").textContent = product.description;
  part(".more").textContent = words.say("more_like");
  showLink(part("a.page"), product.link, words);
  showWhy(part(".why"), why, words);
  showOffers(part(".offers"), product.offers, words);
}

function terms(pairs) {
  return pairs.map(([name, value]) => element("div", "term", [element("dt", "", name), element("dd", "", value)]));
}

function showLink(link, address, words) {
  const web = webAddress(address);
  link.hidden = web === null;
  if (web === null) return;
  link.href = web;
  link.replaceChildren(words.say("link"), element("span", "unseen", ` ${words.say("opens_in_new_tab")}`));
}

function showWhy(block, why, words) {
  block.hidden = why === null;
  if (why === null) return;
  block.querySelector(".heading").textContent = words.say("why");
  block.querySelector(".values").replaceChildren(...terms(why.values));
  const meter = block.querySelector(".meter");
  meter.style.setProperty("--similarity", Math.max(0, why.score));
  meter.style.setProperty("--line", Math.max(0, why.line ?? 0));
  meter.querySelector(".mark").hidden = why.line === null;
  const sentences = why.sentences.map((sentence) => element("li", "", sentence));
  block.querySelector(".sentences").replaceChildren(...sentences);
}

function showOffers(block, offers, words) {
  block.hidden = offers === null;
  if (offers === null) return;
  block.querySelector(".heading").textContent = words.say("offers");
  const heads = offers.head.map((name) => Object.assign(element("th", "", name), { scope: "col" }));
  block.querySelector("thead").replaceChildren(element("tr", "", heads));
  const rows = offers.rows.map((row) => element("tr", "", row.map((cell) => element("td", "", cell ?? "–"))));
  block.querySelector("tbody").replaceChildren(...rows);
  const scroller = block.querySelector(".scroller");
  // What has to be scrolled is reached by key; what fits is no stop on the way.
  requestAnimationFrame(() => {
    const overflows = scroller.scrollWidth > scroller.clientWidth || scroller.scrollHeight > scroller.clientHeight;
    if (overflows) scroller.tabIndex = 0;
    else scroller.removeAttribute("tabindex");
  });
}

function makeCopying(line, article, words, announce) {
  const [button, bubble] = [line.querySelector(".copy"), line.querySelector(".copied")];
  button.title = words.say("copy_article", { article });
  button.setAttribute("aria-label", button.title);
  bubble.textContent = "";
  button.onclick = async () => {
    const said = words.say((await copyText(article)) ? "copied" : "not_copied");
    bubble.textContent = said;
    announce(`${said}: ${article}`);
    button.onblur = () => { bubble.textContent = ""; };
  };
}
