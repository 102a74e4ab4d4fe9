/** Is somebody there? Whether the picture is in sight, the window chosen, and when a hand last moved. */

const STILL_MS = 3_000; // a page in sight is painted many times a second, even on a slow computer; one that is covered, never
const SIGNS = ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"];

export class Presence {
  /**
   * `on.looked()`: shown or hidden; `on.floated(floats)`: in a window of its own or back; `on.focus()`. `paintedMs` is where
   * the picture was when the page was last painted.
   */
  constructor(video, on) {
    Object.assign(this, { video, floats: false, movedAt: Date.now(), undo: new AbortController() });
    this.#paint();
    const listen = (target, name, deed, more = {}) => target.addEventListener(name, deed, { signal: this.undo.signal, ...more });
    for (const sign of SIGNS) listen(document, sign, () => { this.movedAt = Date.now(); }, { passive: true, capture: true });
    listen(document, "visibilitychange", () => {
      if (document.visibilityState === "visible") this.#painted();
      on.looked();
    });
    listen(window, "focus", () => on.focus());
    listen(window, "blur", () => on.focus());
    const float = (floats) => {
      if (this.floats === floats) return;
      this.floats = floats;
      on.floated(floats);
    };
    listen(video, "enterpictureinpicture", () => float(true));
    listen(video, "leavepictureinpicture", () => float(false));
    // Safari tells by another name.
    listen(video, "webkitpresentationmodechanged", () => float(video.webkitPresentationMode === "picture-in-picture"));
  }

  /** The page is in sight. It says so itself, and it is painted: the first can be made to lie, the second cannot. */
  get shown() { return document.visibilityState === "visible" && performance.now() - this.paintedAt < STILL_MS; }

  /** The picture is in sight in its page. */
  get visible() { return this.shown && !this.floats; }

  get focused() { return document.hasFocus(); }

  /** By the clock on the wall: a computer that slept has not been touched meanwhile. */
  get idleMs() { return Math.max(0, Date.now() - this.movedAt); }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.undo.abort();
  }

  #painted() {
    this.paintedAt = performance.now();
    this.paintedMs = Math.round(this.video.currentTime * 1000);
  }

  #paint() {
    this.#painted();
    this.frame = requestAnimationFrame(() => this.#paint());
  }
}
