/** Fingers on the picture: one tap shows the bar or plays, two at a side go ten seconds back or on. */
const DOUBLE_MS = 300;
const SIDE = 0.35; // of the width

/** `on.tap()`, `on.double(direction)`: -1 at the left, 1 at the right. */
export class Taps {
  constructor(on, { now = () => performance.now(), setTimeout: later = (deed, ms) => setTimeout(deed, ms), clearTimeout: cancel = (t) => clearTimeout(t) } = {}) {
    Object.assign(this, { on, now, later, cancel, last: null });
  }

  /** `part`: where along the width, 0 … 1. */
  tap(part) {
    const side = part < SIDE ? -1 : part > 1 - SIDE ? 1 : 0;
    const before = this.last;
    this.cancel(before?.timer);
    if (side !== 0 && before?.side === side && this.now() - before.at < DOUBLE_MS) {
      this.last = { side, at: this.now() }; // a third tap goes on
      this.on.double(side);
      return;
    }
    const timer = this.later(() => this.on.tap(), side === 0 ? 0 : DOUBLE_MS);
    this.last = { side, at: this.now(), timer };
  }
}
