/** A phone that has taken over a check: does it, and says that the computer goes on. */
import { Challenge } from "./challenge.js";

export function connect(page) {
  const panel = page.querySelector("[data-check-panel]");
  const begin = page.querySelector("[data-begin]");
  const done = page.querySelector("[data-done]");
  let running = null;
  begin.addEventListener("click", () => {
    begin.hidden = true;
    panel.hidden = false;
    running = new Challenge(panel, page.dataset.check, (result) => {
      running = null;
      if (result.passed) { panel.hidden = true; done.hidden = false; done.focus(); } else if (result.state !== undefined || result.broken === "over") begin.remove();
      else begin.hidden = false;
    });
    running.start();
  });
  window.addEventListener("pagehide", () => running?.cancel());
}
