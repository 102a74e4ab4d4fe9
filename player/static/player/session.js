/**
 * One watch session as the page sees it: opened, told where the picture is, asked for proofs, ended. It holds the server's
 * figures and changes them by nothing else but the server's frames.
 */
import { BeatLine } from "./beat.js";
import { BeatStore } from "./beat_store.js";
import { hintsOf } from "./hints.js";
import { limits, stretchAt } from "./limits.js";
import { markOf } from "./mac.js";
import { leaveFormer, Opening, takeFormer, takeWish } from "./opening.js";
import { answer } from "./proofs.js";
import { merge, total } from "./spans.js";
import { Tally } from "./tally.js";
import { REAL_WORLD } from "./world.js";

const LARGEST = 2 ** 31 - 1;
const LATE_MS = 5_000; // a beat unanswered for so long is said aloud
const POLICY = {
  beat_interval_ms: 5_000, idle_interval_ms: 20_000, seek_tolerance_ms: 2_000, resumable_ms: 1_800_000, seek: "to_furthest",
  count_unfocused: true, idle_after_ms: 0, day_limit_ms: 0, day_warning_ms: 0, lock_after_ms: 0,
};

const bounded = (number, least = 0) => Math.min(Math.max(Math.round(number), least), LARGEST);

export class Session {
  /**
   * `page`: data of the lesson, token, native. `on.begun(ticket)`, `on.figures()`, `on.reason(reason)`, `on.report(report)`,
   * `on.goBack(ms)`, `on.over(reason)`, `on.elsewhere(body)`, `on.locked(url)`, `on.leftovers(sum)`, `on.change()`; `on.greeted()`: the line is up.
   */
  constructor({ data, token, native }, on, world = REAL_WORLD) {
    Object.assign(this, { data, token, on, world, policy: POLICY, line: null, ticket: null, refusal: null, stretches: [0] });
    this.figures = { spans: data.spans, counted_ms: data.counted_ms, furthest_ms: data.furthest_ms, pending_ms: 0, day_counted_ms: 0 };
    this.tally = new Tally();
    this.store = new BeatStore();
    this.owner = markOf(data.learner_name ?? "");
    this.opening = new Opening({ openUrl: data.open_url, token, owner: this.owner, former: takeFormer(), native, hints: hintsOf() }, this.store, {
      opened: (ticket) => this.#opened(ticket),
      elsewhere: on.elsewhere,
      refused: (reason) => this.#over(reason),
      locked: on.locked,
      leftovers: on.leftovers,
      waiting: on.change,
    }, world);
  }

  /** The server hears us now. */
  get open() { return Boolean(this.line?.open); }

  get over() { return this.refusal; }

  get late() { return (this.line?.unansweredMs ?? 0) > LATE_MS; }

  /** The network has failed at least once since it last worked. */
  get failing() { return (this.line?.failures ?? this.opening.failures) > 0; }

  get unansweredMs() { return this.line?.unansweredMs ?? 0; }

  /** Media that is told, and neither counted nor refused yet. */
  get pendingSpans() {
    return this.late || this.figures.pending_ms > 0 ? this.tally.pending(this.figures.spans) : [];
  }

  /** Media that was shown in sight and that the server has not heard of. */
  get unsentMs() { return this.late ? total(this.pendingSpans) : 0; }

  begin() { this.opening.attempt(takeWish()); }

  takeOver() { this.opening.takeOver(); }

  limits(idleMs) { return limits(this.policy, this.figures.day_counted_ms, idleMs); }

  /** Declare where the picture is and what holds from here on. */
  beat({ position_ms: positionMs, idle_ms: idleMs, rate_percent: rate, ...declared }) {
    if (!this.line || this.over) return;
    const position = bounded(positionMs);
    const state = { position_ms: position, rate_percent: Math.min(bounded(rate, 1), 1600), stretch: stretchAt(this.stretches, position), idle_ms: bounded(idleMs) };
    const frame = this.line.beat({ ...declared, ...state });
    if (frame) this.tally.beat(frame);
  }

  /** To be called now and then: notes when the line has gone silent. */
  tick() {
    if (this.late) this.tally.cut(this.figures.counted_ms);
  }

  hurry(how) {
    this.opening.hurry();
    this.line?.hurry(how);
  }

  /** The page goes away. */
  leave() {
    if (!this.ticket) return;
    if (!this.over) leaveFormer(this.ticket.session_uuid);
    this.line.farewell();
  }

  /** Back from the browser's memory: has the next page of this tab opened a session of its own meanwhile? */
  comesBack() {
    const former = takeFormer();
    return former === null || former === this.ticket?.session_uuid;
  }

  close() {
    this.opening.stop();
    this.line?.close();
  }

  /** Where the bytes are from which questions are answered. */
  holds(segments) { this.segments = segments; }

  #opened(ticket) {
    this.ticket = ticket;
    const address = new URL(ticket.socket_path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const store = this.store.of({ uuid: ticket.session_uuid, owner: this.owner, beatUrl: ticket.beat_url });
    this.line = new BeatLine({ ...ticket, socket_url: address.href, token: this.token }, store, {
      hello: (frame) => this.#greeted(frame),
      reply: (frame) => this.#answered(frame),
      over: (reason) => this.#over(reason),
      change: () => this.on.change(),
    }, this.world);
    this.#take(ticket.hello);
    this.on.begun(ticket);
    this.line.connect();
  }

  #take(frame) {
    if (frame.policy) Object.assign(this, { policy: { ...POLICY, ...frame.policy }, stretches: frame.stretches_ms });
    const { counted_ms, pending_ms, furthest_ms, day_counted_ms } = { ...this.figures, ...frame };
    const spans = frame.type === "hello" ? frame.spans : merge([...this.figures.spans, ...(frame.spans ?? [])]);
    this.figures = { spans, counted_ms, pending_ms, furthest_ms, day_counted_ms };
    this.on.figures();
    if (frame.ask) this.#prove(frame.ask);
  }

  #greeted(frame) {
    this.#take(frame);
    this.on.greeted();
    this.#settle();
  }

  #answered(frame) {
    this.#take(frame);
    this.tally.answered(frame);
    if (frame.reason === "no_media_proof") {
      this.#over("no_media_proof");
      this.line.close();
      return;
    }
    if (frame.reason) this.on.reason(frame.reason);
    if (frame.go_back_to_ms !== undefined) this.on.goBack(frame.go_back_to_ms);
    this.#settle();
  }

  /** When all is answered and nothing waits for a proof, say what a cut or a refusal has cost. */
  #settle() {
    if (!this.line.queue.empty || this.figures.pending_ms > 0) return;
    const report = this.tally.settle(this.figures.spans, this.figures.counted_ms);
    if (report) this.on.report(report);
  }

  async #prove(ask) {
    const line = this.line;
    if (this.segments) line?.prove(await answer(ask, this.segments));
  }

  #over(reason) {
    this.refusal = reason;
    this.on.over(reason);
    this.on.change();
  }
}
