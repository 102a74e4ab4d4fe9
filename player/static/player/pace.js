/** How many frames may go out now: a burst, then so many a second. The server closes a socket that sends more. */
export class Pace {
  constructor(burst, perSecond, now) {
    Object.assign(this, { burst, perSecond, now, left: burst, at: now() });
  }

  /** Take leave to send one frame, or return false. */
  take() {
    const now = this.now();
    this.left = Math.min(this.burst, this.left + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
