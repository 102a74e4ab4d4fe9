/** The line under the picture: green is counted, pale is open to seek. A slider for hand, key and screen reader. */
import { clock, fill, words } from "./format.js";
import { openUntil } from "./seek_guard.js";
import { toPercent } from "./spans.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: -5_000, ArrowDown: -5_000, ArrowRight: 5_000, ArrowUp: 5_000, PageDown: -30_000, PageUp: 30_000 };

export class SeekBar {
  /** `seek(ms)` is asked for a position; `texts.position` has {at}, {whole} and {open}. */
  constructor(element, durationMs, texts, seek) {
    Object.assign(this, { element, durationMs, texts, seek, dragMs: null });
    this.counted = element.querySelector("[data-part=counted-spans]");
    this.open = element.querySelector("[data-part=open]");
    this.thumb = element.querySelector("[data-part=thumb]");
    element.setAttribute("aria-valuemin", "0");
    element.setAttribute("aria-valuemax", String(Math.floor(durationMs / 1000)));
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("pointerdown", (event) => this.#grab(event));
    element.addEventListener("pointermove", (event) => this.#drag(event));
    element.addEventListener("pointerup", (event) => this.#drop(event));
    element.addEventListener("pointercancel", () => { this.dragMs = null; });
  }

  showSpans(spans) {
    const drawn = toPercent(spans, this.durationMs).map(({ at, width }) => {
      const rect = document.createElementNS(SVG, "rect");
      for (const [name, value] of [["x", `${at}%`], ["width", `${width}%`], ["height", "100%"]]) rect.setAttribute(name, value);
      return rect;
    });
    this.counted.replaceChildren(...drawn);
  }

  showPosition(positionMs, reach) {
    const shownMs = this.dragMs ?? positionMs;
    this.positionMs = positionMs;
    this.thumb.setAttribute("cx", `${this.#percent(shownMs)}%`);
    const until = openUntil(reach);
    this.open.setAttribute("width", `${this.#percent(until)}%`);
    const second = String(Math.floor(shownMs / 1000));
    if (this.element.getAttribute("aria-valuenow") === second) return;
    this.element.setAttribute("aria-valuenow", second);
    const values = { at: words(shownMs, this.texts), whole: words(this.durationMs, this.texts), open: clock(until) };
    this.element.setAttribute("aria-valuetext", fill(this.texts.position, values));
  }

  #percent(ms) {
    return (100 * Math.min(Math.max(ms, 0), this.durationMs)) / this.durationMs;
  }

  #key(event) {
    const ends = { Home: 0, End: this.durationMs };
    const wanted = event.key in ends ? ends[event.key] : this.positionMs + STEPS[event.key];
    if (!(event.key in ends) && !(event.key in STEPS)) return;
    event.preventDefault();
    event.stopPropagation();
    this.seek(wanted);
  }

  #at(event) {
    const box = this.element.getBoundingClientRect();
    return (Math.min(Math.max(event.clientX - box.left, 0), box.width) / box.width) * this.durationMs;
  }

  #grab(event) {
    if (event.button > 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.dragMs = this.#at(event);
    this.thumb.setAttribute("cx", `${this.#percent(this.dragMs)}%`);
  }

  #drag(event) {
    if (this.dragMs === null) return;
    this.dragMs = this.#at(event);
    this.thumb.setAttribute("cx", `${this.#percent(this.dragMs)}%`);
  }

  #drop(event) {
    if (this.dragMs === null) return;
    const wanted = this.#at(event);
    this.dragMs = null;
    this.seek(wanted);
  }
}
