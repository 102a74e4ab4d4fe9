/**
 * What ran here, beside what the server counted: so that the page can say after a cut what was counted late, what was not, and why.
 * Never a figure of its own: only the difference to the server's.
 */
import { merge, subtract, total } from "./spans.js";

const WORTH_SAYING_MS = 2_000; // less is the rounding of two clocks
const LONGEST_STRIDE_MS = 30_000; // between two beats; more is no playing

export class Tally {
  constructor() {
    Object.assign(this, { last: null, ran: [], claimed: [], reasons: [], cutFromMs: null });
  }

  /** A beat was made. */
  beat(frame) {
    const from = this.last;
    this.last = frame;
    const ms = from ? frame.position_ms - from.position_ms : 0;
    if (!from?.playing || from.seeking || ms <= 0 || ms > LONGEST_STRIDE_MS) return;
    const span = [from.position_ms, frame.position_ms];
    this.ran = merge([...this.ran, span]);
    if (from.visible) this.claimed = merge([...this.claimed, span]);
  }

  /** A beat that the server had before: what it claims is told already. */
  known(frame) { this.last = frame; }

  /** The line has gone silent; `countedMs` is the server's last figure. */
  cut(countedMs) { this.cutFromMs ??= countedMs; }

  answered(reply) {
    if (reply.reason && !this.reasons.includes(reply.reason)) this.reasons.push(reply.reason);
  }

  /** What is told and neither counted nor refused yet, for drawing. */
  pending(counted) { return subtract(this.claimed, counted); }

  /**
   * All is answered and nothing waits for a proof. Return what there is to say, or null:
   * `{ cut, counted_ms, missed_ms, reason }`; `reason` null when only the clock has been short.
   */
  settle(counted, countedMs) {
    const missedMs = total(subtract(this.ran, counted));
    const report = {
      cut: this.cutFromMs !== null,
      counted_ms: this.cutFromMs === null ? 0 : countedMs - this.cutFromMs,
      missed_ms: missedMs < WORTH_SAYING_MS ? 0 : missedMs,
      reason: this.reasons[0] ?? null,
    };
    Object.assign(this, { ran: [], claimed: [], reasons: [], cutFromMs: null });
    return report.cut || report.reason ? report : null;
  }
}
