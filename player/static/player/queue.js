/** The beats of one session that were not answered yet: numbered and sealed as they are made, let go of as the server takes them. */
import { beginning, seal } from "./mac.js";

export class BeatQueue {
  /** `store.keep(frame)`, `store.forget(seq)`: a copy that outlives the page. */
  constructor({ beat_key: key, session_uuid: uuid }, store, now) {
    Object.assign(this, { key, store, now, waiting: [], seq: 0, mac: beginning(key, uuid) });
  }

  get empty() { return this.waiting.length === 0; }

  /** Make the next beat; `state` is all of it but number and seal. */
  add(state) {
    const frame = seal(this.key, this.mac, { type: "beat", seq: this.seq + 1, ...state });
    Object.assign(this, { seq: frame.seq, mac: frame.mac });
    this.waiting.push({ frame, since: this.now(), sent: false });
    this.store.keep(frame);
    return frame;
  }

  /** Take in where the server stands: let go of what it has, and begin there if what is left does not follow. */
  agree(lastSeq, lastMac) {
    this.forget(lastSeq);
    this.unsend();
    const next = this.empty ? this.seq + 1 : this.waiting[0].frame.seq;
    if (next === lastSeq + 1) return;
    this.waiting = [];
    Object.assign(this, { seq: lastSeq, mac: lastMac });
  }

  forget(lastSeq) {
    if (!this.empty && this.waiting[0].frame.seq <= lastSeq) this.store.forget(lastSeq);
    this.waiting = this.waiting.filter(({ frame }) => frame.seq > lastSeq);
  }

  /** All must go out again. */
  unsend() {
    for (const item of this.waiting) item.sent = false;
  }

  /** Return the next beat that has not gone out, as `{ frame, sent }`, or undefined. */
  get next() { return this.waiting.find((item) => !item.sent); }

  /** Return the oldest beats, at most so many. */
  oldest(most) { return this.waiting.slice(0, most).map(({ frame }) => frame); }

  /** How long the oldest has waited, in ms; 0 when all are answered. */
  get unansweredMs() { return this.empty ? 0 : this.now() - this.waiting[0].since; }
}
