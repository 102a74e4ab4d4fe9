/** Opening the lesson: what was left behind first, then a session of its own; asked when the learner is learning elsewhere. */
import { sendLeftovers, Unreachable } from "./leftovers.js";

const FORMER = "zhuxue-former";
const WISH = "zhuxue-here"; // the learner has said on the page before that it shall go on here
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * The session that the page before in this tab had. Written only as a page goes, and taken away as the next one comes: a window
 * that was duplicated must not believe that the session of the other one was its own.
 */
export function takeFormer(storage = globalThis.sessionStorage) { return take(FORMER, storage); }

export function leaveFormer(uuid, storage = globalThis.sessionStorage) { leave(FORMER, uuid, storage); }

/** Did the learner, told that learning goes on elsewhere, choose to continue here? Nothing is asked twice. */
export function takeWish(storage = globalThis.sessionStorage) { return take(WISH, storage) !== null; }

export function leaveWish(storage = globalThis.sessionStorage) { leave(WISH, "yes", storage); }

function take(key, storage) {
  try {
    const value = storage.getItem(key);
    storage.removeItem(key);
    return value;
  } catch {
    return null; // storage is forbidden here
  }
}

function leave(key, value, storage) {
  try {
    storage.setItem(key, value);
  } catch {
    // The next page will ask whether to continue here.
  }
}

export class Opening {
  /**
   * `page`: openUrl, token, owner, former, native, hints. `on.opened(ticket)`, `on.elsewhere(body)` (ask, then `takeOver()`),
   * `on.refused(reason)`, `on.locked(url)`: this browser waits for a password there; `on.leftovers(sum)`, `on.waiting()`: no network, it tries on.
   */
  constructor(page, store, on, world) {
    Object.assign(this, { page, store, on, world, failures: 0, gone: false, timer: null, busy: false });
  }

  takeOver() { return this.attempt(true); }

  async attempt(takeOver = false) {
    if (this.busy || this.gone) return;
    this.busy = true;
    this.takesOver = takeOver;
    this.world.clearTimeout(this.timer);
    try {
      const sum = await sendLeftovers(this.store, this.page, this.world);
      if (sum) this.on.leftovers(sum);
      await this.#open(takeOver);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#later();
    } finally {
      this.busy = false;
    }
  }

  /** The network is back: do not wait any longer. */
  hurry() {
    if (this.timer !== null) this.attempt(this.takesOver);
  }

  stop() {
    this.gone = true;
    this.world.clearTimeout(this.timer);
  }

  async #open(takeOver) {
    const { openUrl, token, former, native, hints } = this.page;
    let answer;
    try {
      answer = await this.world.fetch(openUrl, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ take_over: takeOver, former, native, hints }),
      });
    } catch {
      throw new Unreachable();
    }
    if (answer.status >= 500 || answer.status === 429) throw new Unreachable();
    const body = await answer.json().catch(() => ({ reason: "not_signed_in" })); // a page of HTML: sign in, or a stale form
    if (this.gone) return;
    this.timer = null;
    if (answer.ok) this.on.opened(body);
    else if (body.reason === "learning_elsewhere") this.on.elsewhere(body);
    else if (body.reason === "locked") this.on.locked(body.unlock_url);
    else this.on.refused(body.reason);
  }

  #later() {
    if (this.gone) return;
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    this.timer = this.world.setTimeout(() => this.attempt(this.takesOver), this.world.random() * most);
    this.on.waiting();
  }
}
