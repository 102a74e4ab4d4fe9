/**
 * Colours of the whole screen for a moment each, which a face before it shines back. Shown only where the challenge names them
 * (docs/protocols/proctoring.md, section 2): more than a second each, fading into each other, nothing flashes.
 *
 * While they last the panel of the check lies in the middle of them, on a plate of its own: what to do stays readable.
 */
const LEAST_MS = 1000; // whatever the server says: never as fast as three changes a second
const CLASS = "check-light";

export class Lights {
  constructor(panel) {
    Object.assign(this, { panel, sheet: null, timer: null });
    this.shine = panel.querySelector("[data-part=shine]");
  }

  /** No colours, another action instead: the person asks the system for less motion, or has said so beside this check. */
  get unwanted() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return true;
    return Boolean(this.panel.closest("[data-connect]")?.querySelector("[data-still]")?.checked);
  }

  show(steps) {
    this.stop();
    if (!steps.length || this.unwanted) return;
    this.sheet = document.createElement("div");
    this.sheet.className = CLASS;
    this.sheet.setAttribute("aria-hidden", "true");
    document.body.append(this.sheet);
    this.panel.dataset.lit = "";
    this.shine.hidden = false;
    this.next([...steps]);
  }

  next(steps) {
    const step = steps.shift();
    if (!step) { this.stop(); return; }
    this.sheet.dataset.colour = step.colour;
    this.timer = setTimeout(() => this.next(steps), Math.max(LEAST_MS, step.ms));
  }

  stop() {
    clearTimeout(this.timer);
    if (!this.sheet) return;
    this.sheet.remove();
    this.sheet = null;
    delete this.panel.dataset.lit;
    this.shine.hidden = true;
    this.panel.scrollIntoView({ block: "nearest" }); // it is back in the page, wherever that had been left
  }
}
