/** Where the picture is, and every way in which it may move but by playing. */
import { correction, guard, startAt } from "./seek_guard.js";

const SAME_PLACE_MS = 250;
const END_SLACK_MS = 1_500; // containers and segments disagree about the last frame

export class Seeker {
  /**
   * `server()`: furthestMs, spans and the rule `seek`, as the server said them last. `on.left(positionMs)`: a seek begins there;
   * `on.landed()`: it has ended; `on.heldBack()`: it was not let go further.
   */
  constructor(video, { durationMs, resumeMs }, server, on) {
    Object.assign(this, { video, durationMs, server, on, lastMs: resumeMs, landed: false });
  }

  /** The position to declare. Before the picture has landed where the lesson resumes, its own clock still says nought. */
  get positionMs() {
    const ownMs = Math.round(this.video.currentTime * 1000);
    if (this.video.ended && Math.abs(ownMs - this.durationMs) < END_SLACK_MS) return this.durationMs;
    return this.landed ? Math.min(ownMs, this.durationMs) : this.lastMs;
  }

  get reach() {
    return { ...this.server(), positionMs: this.lastMs, durationMs: this.durationMs };
  }

  /** Return where the picture begins: where watching was left, or where the address says, as far as one may go there. */
  begin(search, resumeMs) {
    this.lastMs = resumeMs;
    this.lastMs = startAt(search, this.reach, resumeMs);
    return this.lastMs;
  }

  /** Keep up with playing. */
  follow() {
    if (this.landed && !this.video.seeking) this.lastMs = this.positionMs;
  }

  /** The learner wants to go there. */
  seek(wantedMs) {
    const { targetMs, heldBack } = guard(wantedMs, this.reach);
    if (heldBack) this.on.heldBack();
    if (Math.abs(targetMs - this.positionMs) < SAME_PLACE_MS) return;
    this.on.left(this.positionMs);
    this.#move(targetMs);
  }

  /** The server counts no further than there. Answers that were under way say it again: go back once. */
  goBack(ms, toleranceMs) {
    if (this.lastMs <= ms + toleranceMs) return;
    this.on.heldBack();
    this.#move(ms);
  }

  /** The picture jumps: by our own order, or by a media key, a script, the player stepping over a hole. */
  jumps() {
    const landingMs = Math.round(this.video.currentTime * 1000);
    if (!this.landed || Math.abs(landingMs - this.lastMs) < SAME_PLACE_MS) return;
    const backMs = correction(landingMs, this.reach);
    this.on.left(this.lastMs);
    if (backMs === null) {
      this.lastMs = landingMs;
    } else {
      this.on.heldBack();
      this.#move(backMs);
    }
  }

  arrives() {
    this.landed = true;
    this.lastMs = this.positionMs;
    this.on.landed();
  }

  #move(ms) {
    this.lastMs = ms;
    this.video.currentTime = ms / 1000;
  }
}
