/** The line under the picture: green is counted, striped waits, pale is open to seek. A slider for hand, key and screen reader. */
import { clock, fill, words } from "./format.js";
import { openSpans, openUntil } from "./seek_guard.js";
import { toPercent } from "./spans.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: -5_000, ArrowDown: -5_000, ArrowRight: 5_000, ArrowUp: 5_000, PageDown: -30_000, PageUp: 30_000 };

function draw(group, spans, durationMs, height = "100%") {
  const key = JSON.stringify(spans);
  if (group.drawn === key) return;
  group.drawn = key;
  group.replaceChildren(...toPercent(spans, durationMs).map(({ at, width }) => {
    const rect = document.createElementNS(SVG, "rect");
    for (const [name, value] of [["x", `${at}%`], ["width", `${width}%`], ["height", height]]) rect.setAttribute(name, value);
    return rect;
  }));
}

export class SeekBar {
  /** `on.seek(ms)` is asked for a position; `preview` shows what lies there; `texts.position` has {at}, {whole} and {open}. */
  constructor(parts, durationMs, texts, preview, on) {
    Object.assign(this, { parts, durationMs, texts, preview, on, dragMs: null, element: parts.seek });
    const listen = (name, deed) => this.element.addEventListener(name, deed);
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", String(Math.floor(durationMs / 1000)));
    listen("keydown", (event) => this.#key(event));
    listen("pointerdown", (event) => this.#grab(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#drop(event));
    listen("pointerleave", () => { if (this.dragMs === null) preview.hide(); });
    listen("pointercancel", () => this.#release());
  }

  /** `counted`, `pending`: spans. */
  showSpans(counted, pending) {
    draw(this.parts["counted-spans"], counted, this.durationMs);
    draw(this.parts["pending-spans"], pending, this.durationMs);
  }

  /** Where face checks were, and where chapters begin, in ms. */
  showMarks(checks, chapters) {
    this.#ticks(this.parts.checks, checks);
    this.#ticks(this.parts["chapter-marks"], chapters.filter((ms) => ms > 0));
  }

  showPosition(positionMs, reach) {
    const shownMs = this.dragMs ?? positionMs;
    this.positionMs = positionMs;
    this.parts.thumb.setAttribute("cx", `${this.#percent(shownMs)}%`);
    draw(this.parts.open, openSpans(reach), this.durationMs);
    const second = String(Math.floor(shownMs / 1000));
    if (this.element.getAttribute("aria-valuenow") === second) return;
    this.element.setAttribute("aria-valuenow", second);
    const values = { at: words(shownMs, this.texts), whole: words(this.durationMs, this.texts), open: clock(openUntil(reach)) };
    this.element.setAttribute("aria-valuetext", fill(this.texts.position, values));
  }

  #ticks(group, times) {
    group.replaceChildren(...times.map((ms) => {
      const line = document.createElementNS(SVG, "line");
      for (const [name, value] of [["x1", `${this.#percent(ms)}%`], ["x2", `${this.#percent(ms)}%`], ["y1", "0"], ["y2", "100%"]]) {
        line.setAttribute(name, value);
      }
      return line;
    }));
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
    this.on.seek(wanted);
  }

  #at(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(Math.max(event.clientX - box.left, 0), box.width) / box.width;
  }

  #grab(event) {
    if (event.button > 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.dragMs = 0;
    this.#move(event);
  }

  #move(event) {
    const part = this.#at(event);
    if (event.pointerType !== "touch" || this.dragMs !== null) this.preview.show(part * this.durationMs, part);
    if (this.dragMs === null) return;
    this.dragMs = part * this.durationMs;
    this.parts.thumb.setAttribute("cx", `${this.#percent(this.dragMs)}%`);
  }

  #drop(event) {
    if (this.dragMs === null) return;
    this.#release();
    this.on.seek(this.#at(event) * this.durationMs);
  }

  #release() {
    this.dragMs = null;
    this.preview.hide();
  }
}
