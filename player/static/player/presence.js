/** Is somebody there? Whether the picture is in sight, the window chosen, and when a hand last moved. */

const SIGNS = ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"];

export class Presence {
  /** `on.looked()`: shown or hidden; `on.floated(floats)`: in a window of its own or back; `on.focus()`. */
  constructor(video, on) {
    Object.assign(this, { video, floats: false, movedAt: Date.now(), undo: new AbortController() });
    const listen = (target, name, deed, more = {}) => target.addEventListener(name, deed, { signal: this.undo.signal, ...more });
    for (const sign of SIGNS) listen(document, sign, () => { this.movedAt = Date.now(); }, { passive: true, capture: true });
    listen(document, "visibilitychange", () => on.looked());
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

  get shown() { return document.visibilityState === "visible"; }

  /** The picture is in sight in its page. */
  get visible() { return this.shown && !this.floats; }

  get focused() { return document.hasFocus(); }

  /** By the clock on the wall: a computer that slept has not been touched meanwhile. */
  get idleMs() { return Math.max(0, Date.now() - this.movedAt); }

  destroy() { this.undo.abort(); }
}
