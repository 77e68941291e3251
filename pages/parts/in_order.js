/*
 * Streamlit (1.67) imports a component's module anew for each change of its data. While the module is
 * still on its way several such runs wait for it, and Chromium answers them in any order. A run that
 * was overtaken calls the component all the same, maybe last of all, and is then told to clean up
 * though the component stays: an old state would stand there for good, or a living one lose its ears.
 */

const closing = new WeakMap(); // the parent element -> what closes the component in it

/** A component that is called for what is true now, and is closed when it leaves the page. */
function inOrder(component) {
  return (given) => {
    const { parentElement } = given;
    let isOvertaken = false;
    // An overtaken run is told so in the same task: what is left in the next one counts.
    setTimeout(() => {
      if (isOvertaken || !parentElement.isConnected) return;
      closing.set(parentElement, component(given));
    });
    return () => {
      isOvertaken = true;
      if (parentElement.isConnected) return;
      closing.get(parentElement)?.();
      closing.delete(parentElement);
    };
  };
}
