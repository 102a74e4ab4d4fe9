/**
 * Colours of the whole screen for a moment each, which a face before it shines back. Shown only where the challenge names them
 * (docs/protocols/proctoring.md, section 2): more than a second each, fading into each other, nothing flashes.
 */
const LEAST_MS = 1000; // whatever the server says: never as fast as three changes a second
const CLASS = "check-light";

export class Lights {
  /** The person has asked the system for less motion: no colours, another action instead. */
  static get unwanted() { return matchMedia("(prefers-reduced-motion: reduce)").matches; }

  constructor() { this.sheet = null; this.timer = null; }

  show(steps) {
    this.stop();
    if (!steps.length || Lights.unwanted) return;
    this.sheet = document.createElement("div");
    this.sheet.className = CLASS;
    this.sheet.setAttribute("aria-hidden", "true");
    document.body.append(this.sheet);
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
    this.sheet?.remove();
    this.sheet = null;
  }
}
