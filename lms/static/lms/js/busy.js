/**
 * Shows that a form is being sent, and sends it once: the button says `data-busy-text` and is not clicked again.
 * @example <form method="post" data-connect="…/busy.js"> <button data-busy-text="正在保存…">保存</button></form>
 */
export function connect(form) {
  const stop = new AbortController();
  const { signal } = stop;
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    const button = event.submitter;
    if (!button?.dataset.busyText) return;
    button.dataset.idleText = button.textContent;
    button.textContent = button.dataset.busyText;
    button.setAttribute("aria-busy", "true");
  }, { signal });
  // Back in the browser brings the page as it was left: the form must be usable again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    for (const button of form.querySelectorAll("[data-idle-text]")) {
      button.textContent = button.dataset.idleText;
      button.removeAttribute("aria-busy");
    }
  }, { signal });
  return () => stop.abort();
}
