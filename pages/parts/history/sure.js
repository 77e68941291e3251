/*
 * What cannot be undone asks once more, where it was asked for.
 */

/**
 * Let a button show a question first. `group` has the question, a way back and what does it;
 * `words` says what stands on them, and `act` is called by the second click.
 */
function makeSure(opener, group, { question, keep, really }, act) {
  const part = (name) => group.querySelector(`.${name}`);
  part("sure-said").textContent = question;
  group.setAttribute("aria-label", question);
  part("keep").textContent = keep;
  part("really").textContent = really;
  opener.setAttribute("aria-expanded", String(!group.hidden));

  const show = (isOpen) => {
    group.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  const leave = () => {
    show(false);
    opener.focus();
  };
  opener.onclick = () => {
    if (!group.hidden) return leave();
    show(true);
    return part("really").focus();
  };
  part("keep").onclick = leave;
  part("really").onclick = () => {
    show(false);
    act();
  };
  group.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  };
}
