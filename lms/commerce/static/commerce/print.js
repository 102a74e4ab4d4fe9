/** A button that prints the page it stands on. Without a script the browser's own menu does. */
export function connect(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
