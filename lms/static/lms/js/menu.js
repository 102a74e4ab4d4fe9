/** Closes a `<details class="menu">` on Escape and when something else is clicked or focused. */
export function connect(element) {
  const stop = new AbortController();
  const { signal } = stop;
  const closeUnlessInside = (event) => {
    if (!element.contains(event.target)) element.open = false;
  };
  document.addEventListener("click", closeUnlessInside, { signal });
  document.addEventListener("focusin", closeUnlessInside, { signal });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
  }, { signal });
  return () => stop.abort();
}
