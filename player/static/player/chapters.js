/**
 * The list of chapters: adds and removes rows. Without it, spare rows are filled in and others emptied.
 *
 * @example <form data-connect="…/chapters.js"><ol data-chapters><li data-chapter>…<button data-remove hidden></li></ol><button data-add hidden></form>
 */

function isBlank(row) {
  return [...row.querySelectorAll("input")].every((input) => input.value.trim() === "");
}

function clear(row) {
  for (const fault of row.querySelectorAll(".error-message")) fault.remove();
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

export function connect(form) {
  const list = form.querySelector("[data-chapters]");
  const add = form.querySelector("[data-add]");
  const pattern = list.querySelector("[data-chapter]").cloneNode(true);
  clear(pattern);
  const leaving = new AbortController();

  function append() {
    const row = pattern.cloneNode(true);
    row.querySelector("[data-remove]").hidden = false;
    list.append(row);
    return row;
  }

  for (const row of list.querySelectorAll("[data-chapter]")) {
    if (isBlank(row)) row.remove();
    else row.querySelector("[data-remove]").hidden = false;
  }
  if (!list.querySelector("[data-chapter]")) append();
  add.hidden = false;
  add.addEventListener("click", () => append().querySelector("input").focus(), { signal: leaving.signal });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    const row = button.closest("[data-chapter]");
    (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input").focus();
    row.remove();
    if (!list.querySelector("[data-chapter]")) append().querySelector("input").focus();
  }, { signal: leaving.signal });
  return () => leaving.abort();
}
