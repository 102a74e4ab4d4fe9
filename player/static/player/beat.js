/**
 * The line to the server: beats out, answers in, nothing lost between. Protocol: docs/protocols/watching.md.
 *
 * Beats are kept until they are answered and sent again, in order and unchanged, after each new connection.
 * `world` holds what a test wants to be its own: WebSocket, now, setTimeout, clearTimeout, random, post.
 */

const LONGEST_WAIT_MS = 15_000; // between two attempts to connect
const FIRST_WAIT_MS = 1_000;
const DEAF_AFTER_MS = 12_000; // an open socket that has not answered for so long is taken for dead
export const OVER = {
  4400: "bad_frame",
  4401: "not_signed_in",
  4403: "not_yours",
  4404: "unknown_session",
  4409: "taken_over",
  4410: "session_closed",
};

const REAL_WORLD = {
  WebSocket: globalThis.WebSocket,
  now: () => performance.now(),
  setTimeout: (deed, ms) => setTimeout(deed, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  random: () => Math.random(),
  post: (url, form) => navigator.sendBeacon(url, form),
};

export class BeatLine {
  /** `on.hello(frame)`, `on.reply(frame)`, `on.over(reason)`, `on.change()`: told after the line has taken it in. */
  constructor(url, on, world = REAL_WORLD) {
    Object.assign(this, { url, on, world, waiting: [], nextSeq: 1, open: false, over: null, failures: 0, timer: null });
  }

  connect() {
    if (this.over || this.socket) return;
    this.world.clearTimeout(this.timer);
    const socket = new this.world.WebSocket(this.url);
    this.socket = socket;
    socket.onmessage = (event) => { if (socket === this.socket) this.#take(JSON.parse(event.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.#lost(event.code); };
  }

  /** Keep a beat and send it. `state`: position_ms, playing, visible, rate_percent, and what else the protocol knows. */
  beat(state) {
    if (this.over) return;
    const frame = { type: "beat", seq: this.nextSeq, ...state };
    this.nextSeq += 1;
    this.waiting.push({ frame, since: this.world.now() });
    this.#send(frame);
    if (this.open && this.unansweredMs() > DEAF_AFTER_MS) this.#reconnect();
  }

  /** How long the oldest unanswered beat has waited, in ms; 0 when all are answered. */
  unansweredMs() {
    return this.waiting.length ? this.world.now() - this.waiting[0].since : 0;
  }

  /** Post the beat of a page that goes away, as well: a socket may die with it. Only one without predecessors can go so. */
  post(url, token) {
    if (this.waiting.length !== 1) return;
    const form = new FormData();
    form.set("beat", JSON.stringify(this.waiting[0].frame));
    form.set("csrfmiddlewaretoken", token);
    this.world.post(url, form);
  }

  /** Connect now: the network is back, or the page is looked at again. */
  hurry() {
    if (!this.open) this.#reconnect();
  }

  close() {
    this.over ??= "closed";
    this.world.clearTimeout(this.timer);
    this.#drop();
  }

  #take(frame) {
    if (frame.type === "hello") this.#greeted(frame);
    else if (frame.type === "reply") this.#answered(frame);
    else if (frame.type === "retry") this.#again(frame.after_ms);
    else if (frame.type === "taken_over") this.#end("taken_over");
  }

  #greeted(frame) {
    this.open = true;
    this.failures = 0;
    this.#forget(frame.last_seq);
    this.#resend(); // before the page hears of it, and perhaps adds a beat of its own
    this.on.hello(frame);
    this.on.change();
  }

  #answered(frame) {
    if (frame.reason === "wrong_seq") {
      this.#forget(frame.expected_seq - 1);
      if (this.waiting.length && this.waiting[0].frame.seq !== frame.expected_seq) this.waiting = [];
      if (!this.waiting.length) this.nextSeq = frame.expected_seq;
      this.#again(0);
      return;
    }
    this.#forget(frame.seq);
    this.on.reply(frame);
    this.on.change();
  }

  /** Let go of what the server has; never count below it. */
  #forget(lastSeq) {
    this.waiting = this.waiting.filter(({ frame }) => frame.seq > lastSeq);
    this.nextSeq = Math.max(this.nextSeq, lastSeq + 1);
  }

  /** Send all that waits, once, however many answers ask for it. */
  #again(afterMs) {
    if (this.resending) return;
    this.resending = this.world.setTimeout(() => {
      this.resending = null;
      this.#resend();
    }, afterMs);
  }

  #resend() {
    for (const { frame } of this.waiting) this.#send(frame);
  }

  #send(frame) {
    if (this.open) this.socket.send(JSON.stringify(frame));
  }

  #lost(code) {
    this.#drop();
    if (code in OVER) {
      this.#end(OVER[code]);
      return;
    }
    // Full jitter: a thousand pages that lost one server do not come back in one second.
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    this.timer = this.world.setTimeout(() => this.connect(), this.world.random() * most);
    this.on.change();
  }

  #reconnect() {
    this.#drop();
    this.connect();
    this.on.change();
  }

  #drop() {
    const socket = this.socket;
    this.socket = null;
    this.open = false;
    socket?.close();
  }

  #end(reason) {
    if (this.over) return;
    this.over = reason;
    this.#drop();
    this.on.over(reason);
    this.on.change();
  }
}
