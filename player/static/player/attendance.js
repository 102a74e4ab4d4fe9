/** Stops the picture before time is wasted: nobody looks, nobody moves, the day is full. What runs uncounted is gone back to. */
import { roughly } from "./format.js";
import { Presence } from "./presence.js";

const SPARE_MS = 20_000; // playing stops so long before the server forgets a session that it does not hear
const SAME_PLACE_MS = 250;
const FORGIVEN_MS = 10_000;

export class Attendance {
  /** `player`: video, session, seeker, talk, texts, runs; halt(), beat(), seek(ms). */
  constructor(player) {
    Object.assign(this, { player, floatedAtMs: 0, backAt: -Infinity });
    this.presence = new Presence(player.video, {
      looked: () => this.#looked(),
      focus: () => this.#focus(),
      floated: (floats) => this.#floated(floats),
    });
  }

  get limits() { return this.player.session.limits(this.presence.idleMs); }

  get floats() { return this.presence.floats; }

  /** What ran in a window of its own is gone back to: nothing to reproach. */
  get forgives() { return this.floats || performance.now() - this.backAt < FORGIVEN_MS; }

  /** May the picture begin to run now? Says why not, where a person can do something about it. */
  mayRun() {
    const { talk, session } = this.player;
    if (this.limits.dayFull) talk.dayFull(session.policy.day_limit_ms);
    return !this.limits.dayFull && (this.presence.shown || this.floats);
  }

  tick() {
    if (!this.player.runs) return;
    if (!this.presence.shown && !this.floats) this.#leave(); // nobody told us: a script that says otherwise, or a browser that forgot
    const { talk, session, texts } = this.player;
    const { dayFull, dayNear, dayLeftMs, idleSoon, idleOver } = this.limits;
    if (dayFull) {
      this.player.halt();
      talk.dayFull(session.policy.day_limit_ms);
    } else if (dayNear) talk.once("day_near", { left: roughly(dayLeftMs, texts) });
    if (idleOver) this.#stop("idle_over");
    else if (idleSoon) talk.once("idle_soon");
    else talk.forget("idle_soon");
    if (session.unansweredMs > session.policy.resumable_ms - SPARE_MS) this.#stop("offline");
  }

  #stop(notice) {
    this.player.halt();
    this.player.talk.notice(notice);
  }

  #looked() {
    if (!this.presence.shown && this.player.runs && !this.floats) {
      this.#leave();
      return;
    }
    if (this.presence.shown) this.player.session.hurry();
    this.player.beat();
  }

  /** Out of sight: what counts ends with the last picture that was painted, and watching goes on from there. */
  #leave() {
    const leftMs = this.presence.paintedMs;
    this.#stop("away");
    this.player.beat({ position_ms: leftMs });
    if (this.player.seeker.positionMs > leftMs + SAME_PLACE_MS) this.player.seek(leftMs);
  }

  /** Only where the rules ask for the window to be the chosen one. */
  #focus() {
    if (this.player.session.policy.count_unfocused) return;
    if (this.player.runs && !this.presence.focused && !this.floats) this.#stop("unfocused");
    this.player.beat();
  }

  /** In a window of its own the picture runs on, uncounted; afterwards go back to where the counting stopped. */
  #floated(floats) {
    const { seeker, session, talk } = this.player;
    this.player.beat();
    if (floats) {
      this.floatedAtMs = seeker.positionMs;
      talk.notice("floats");
      return;
    }
    const backMs = Math.max(this.floatedAtMs, session.figures.furthest_ms);
    if (seeker.positionMs <= backMs + SAME_PLACE_MS) return;
    this.backAt = performance.now();
    this.player.seek(backMs);
    talk.notice("floated");
  }

  destroy() { this.presence.destroy(); }
}
