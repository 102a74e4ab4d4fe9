/** The page of enrolment: one challenge in each lighting, in the order of its buttons. */
import { Challenge } from "./challenge.js";

export function connect(page) {
  const panel = page.querySelector("[data-check-panel]");
  const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
  const refused = page.querySelector("[data-refused]");
  let running = null;
  const buttons = [...page.querySelectorAll("[data-lighting]")];

  async function enrol(button) {
    for (const each of buttons) each.disabled = true;
    refused.hidden = true;
    const answer = await fetch(button.dataset.url, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (!answer?.ok) {
      const { message } = (await answer?.json().catch(() => ({}))) ?? {};
      refused.textContent = message ?? refused.dataset.line;
      refused.hidden = false;
      for (const each of buttons) each.disabled = false;
      return;
    }
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
    const { check } = await answer.json();
    running = new Challenge(panel, check, (result) => {
      for (const each of buttons) each.disabled = false;
      running = null;
      if (result.passed) setTimeout(() => location.reload(), 900);
      else button.focus();
    });
    running.start();
  }

  for (const button of buttons) button.addEventListener("click", () => enrol(button));
  const leave = () => running?.cancel();
  window.addEventListener("pagehide", leave);
  return () => { leave(); window.removeEventListener("pagehide", leave); };
}
