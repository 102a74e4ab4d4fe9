/**
 * The keyboard of the reviewer's desk: J and K walk through the queue; on a claim A, R and X press the three buttons,
 * N opens the next one; a template of a reason is written into the field.
 *
 * Nothing happens while somebody types, nor with Ctrl, Alt or Meta held.
 */

const BUTTONS = { a: "accept", r: "return", x: "reject" };

function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function walk(root, step) {
  const links = [...root.querySelectorAll("[data-part=queue] strong a")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
}

function press(root, deed) {
  root.querySelector(`[data-part=decide] button[value=${deed}]`)?.click();
}

function onKey(root, event) {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") walk(root, 1);
  else if (key === "k") walk(root, -1);
  else if (key === "n" && root.dataset.next) window.location.assign(root.dataset.next);
  else if (key in BUTTONS) press(root, BUTTONS[key]);
}

function takeReason(root, event) {
  const button = event.target.closest("[data-reason]");
  if (!button) return;
  const field = root.querySelector("[data-part=decide] textarea[name=reason]");
  field.value = button.dataset.reason;
  field.focus();
}

export function connect(root) {
  const listen = (event) => onKey(root, event);
  const take = (event) => takeReason(root, event);
  document.addEventListener("keydown", listen);
  root.addEventListener("click", take);
  return () => {
    document.removeEventListener("keydown", listen);
    root.removeEventListener("click", take);
  };
}
