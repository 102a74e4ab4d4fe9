/** A button that prints the page; hidden where no script runs, since it would do nothing there. */

export function connect(element) {
  const print = () => window.print();
  element.hidden = false;
  element.addEventListener("click", print);
  return () => element.removeEventListener("click", print);
}
