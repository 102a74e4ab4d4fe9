/** A phone that has taken over a check: does it, and says that the computer goes on. */
import { Challenge } from "./challenge.js";

const OVER = new Set(["over", "no_tries", "no_consent", "not_enrolled"]); // nothing more can be done on this phone

export function connect(page) {
  const [panel, before, done, ended] = ["check-panel", "before", "done", "ended"].map((name) => page.querySelector(`[data-${name}]`));
  let running = null;
  page.querySelector("[data-begin]").addEventListener("click", () => {
    before.hidden = true;
    panel.hidden = false;
    running = new Challenge(panel, page.dataset.check, (result) => {
      running = null;
      const over = result.state !== undefined || OVER.has(result.broken);
      if (result.passed) panel.hidden = true;
      const last = result.passed ? done : over ? ended : before;
      last.hidden = false;
      if (last !== before) last.focus();
    });
    running.start();
  });
  window.addEventListener("pagehide", () => running?.cancel());
}
