/** Many share one computer: after a while without a hand and without playing, the page asks who is there and covers the picture. */
import { trapped } from "./sheet.js";

const LAST_BEAT_MS = 1_000;

export class Lock {
  /** `parts`: elements by data-part; `data`: lock_url, learner_name. `on.locked()`, `on.unlocked()`. */
  constructor(parts, { lock_url: lockUrl }, token, on) {
    Object.assign(this, { parts, lockUrl, token, on, locked: false, undo: new AbortController() });
    parts["lock-go-on"].addEventListener("click", () => this.#goOn(), { signal: this.undo.signal });
  }

  /** `afterMs` nought: never. */
  tick(afterMs, idleMs, playing) {
    if (!this.locked && afterMs > 0 && !playing && idleMs >= afterMs) this.#lock();
  }

  #lock() {
    this.locked = true;
    if (document.fullscreenElement) document.exitFullscreen();
    this.parts.lock.hidden = false;
    trapped(this.parts, true);
    this.parts["lock-go-on"].focus();
    this.on.locked();
    // The server shuts the other pages of this browser as well, and closes what is watched in it: a moment for the last beat.
    // Should it not hear, this page stays covered all the same.
    if (this.lockUrl) setTimeout(() => this.#tell(), LAST_BEAT_MS);
  }

  #tell() {
    fetch(this.lockUrl, { method: "POST", headers: { "X-CSRFToken": this.token }, redirect: "manual" }).catch(() => {});
  }

  /** With a server that asks for the password: go there, and come back. Without: a click will do. */
  #goOn() {
    if (this.lockUrl) {
      this.parts["lock-form"].requestSubmit();
      return;
    }
    this.locked = false;
    this.parts.lock.hidden = true;
    trapped(this.parts, false);
    this.on.unlocked();
  }

  destroy() { this.undo.abort(); }
}
