// The way past everything that stands before the products, for those who go by key.

/** Name the link, and let it put the focus on the first product that is shown. */
function showSkip(link, said) {
  link.textContent = said;
  link.onclick = (event) => {
    event.preventDefault();
    firstCard()?.focus();
  };
}

/** The first card that can be seen, in whichever component it is. */
function firstCard() {
  const hosts = [...document.querySelectorAll(".st-key-shown [data-testid^=stBidiComponent]")];
  const cards = hosts.flatMap((host) => [...(host.shadowRoot?.querySelectorAll(".card") ?? [])]);
  return cards.find((card) => card.checkVisibility());
}
