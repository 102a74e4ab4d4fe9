/** When to tell the server where the picture is: in step, at each change, and after a sleep on a fresh line. */

const ASLEEP_MS = 15_000; // a clock that leaps so far: the computer slept, and its sockets are dead without knowing it
const EARLY_MS = 125; // half of what lies between two ticks
const UNPAINTED_MS = 250; // what ran since the last picture that was painted: more was shown to nobody

export class Pulse {
  /** `player`: video, session, seeker, presence, runs. */
  constructor(player) {
    Object.assign(this, { player, beatAt: 0, positionMs: null, tickedAt: Date.now() });
  }

  /** `declared`: what differs from how the player stands now. */
  beat(declared = {}) {
    const { video, session, seeker, presence, runs } = this.player;
    this.beatAt = performance.now();
    this.positionMs = runs ? Math.min(seeker.positionMs, presence.paintedMs + UNPAINTED_MS) : seeker.positionMs;
    session.beat({
      position_ms: this.positionMs,
      rate_percent: video.playbackRate * 100,
      playing: runs,
      visible: presence.visible,
      focused: presence.focused,
      seeking: video.seeking,
      leaving: false,
      idle_ms: presence.idleMs,
      ...declared,
    });
  }

  tick() {
    const { session, seeker, presence, runs } = this.player;
    const now = Date.now();
    if (now - this.tickedAt > ASLEEP_MS && presence.shown) session.hurry({ anew: true });
    this.tickedAt = now;
    const interval = runs ? session.policy.beat_interval_ms : session.policy.idle_interval_ms;
    if (performance.now() - this.beatAt < interval - EARLY_MS) return;
    // What plays while the line is cut is told as well, beat by beat: one long stride would not count in full.
    if (session.open || (runs && seeker.positionMs !== this.positionMs)) this.beat();
  }
}
