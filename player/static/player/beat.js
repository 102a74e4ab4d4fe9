/**
 * The line to the server: beats out, answers in, nothing lost between. Protocol: docs/protocols/watching.md.
 *
 * Beats are kept until they are answered and sent again, in order and unchanged, after each new connection; by a socket, or by
 * POST where sockets do not come up. `world` holds what a test wants to be its own.
 */
import { OVER_BY_CODE, OVER_BY_REPLY } from "./endings.js";
import { Pace } from "./pace.js";
import { BeatQueue } from "./queue.js";
import { PostWay, SocketWay } from "./ways.js";
import { REAL_WORLD } from "./world.js";

const LONGEST_WAIT_MS = 15_000; // between two attempts to connect
const FIRST_WAIT_MS = 1_000;
const DEAF_AFTER_MS = 12_000; // an open socket that has not answered for so long is taken for dead
const TRIES_BEFORE_POST = 2; // sockets that did not come up, before the same is said by POST
const SOCKET_AGAIN_MS = 60_000; // POST serves as well, but costs more: look now and then whether sockets come up
const BURST = 300;
const PER_SECOND = 15;
const MOST_AT_ONCE = 400;
const BUSY_MS = 2_000; // an answer that took nothing: do not ask on and on
const FAREWELL = 150; // beats; a browser carries 64 kB for a page that goes away

export class BeatLine {
  /**
   * `ticket`: session_uuid, beat_key, socket_url, beat_url, token. `on.hello(frame)`, `on.reply(frame)` (a `proof_reply` too),
   * `on.over(reason)`, `on.change()`: told after the line has taken it in.
   */
  constructor(ticket, store, on, world = REAL_WORLD) {
    Object.assign(this, { on, world, over: null, failures: 0, way: null, proof: null, resting: null, timer: null });
    this.queue = new BeatQueue(ticket, store, world.now);
    this.post = new PostWay(ticket.beat_url, ticket.token, world);
    this.socket = new SocketWay(ticket.socket_url, {
      open: (hello) => this.#greeted("socket", hello),
      frame: (frame) => this.#take(frame),
      lost: (code) => this.#lost("socket", code),
    }, world);
  }

  get open() { return this.way !== null; }

  /** How long the oldest unanswered beat has waited, in ms; 0 when all are answered. */
  get unansweredMs() { return this.queue.unansweredMs; }

  connect() {
    if (this.over) return;
    this.world.clearTimeout(this.timer);
    this.socket.connect();
  }

  /** Keep a beat and send it; returns the frame. `state`: all keys of the protocol but number and seal. */
  beat(state) {
    if (this.over) return null;
    const frame = this.queue.add(state);
    this.#pump();
    if (this.way === "socket" && this.unansweredMs > DEAF_AFTER_MS) this.hurry({ anew: true });
    return frame;
  }

  /** Answer a question about the media. It is asked again with the greeting, so an answer that is lost is no harm. */
  prove(frame) {
    this.proof = frame;
    if (this.way === "socket") this.socket.send(frame);
    else this.#pump();
  }

  /** Say once more what waits, as the page goes away: a socket may die with it. */
  farewell() {
    if (!this.over) this.post.farewell(this.queue.oldest(FAREWELL));
  }

  /** Connect now: the network is back, or the page is looked at again. `anew`: whatever the old socket says. */
  hurry({ anew = false } = {}) {
    if (this.over || (this.open && !anew)) return;
    this.socket.drop();
    this.way = null;
    this.connect();
    this.on.change();
  }

  close() {
    this.over ??= "closed";
    this.way = null;
    this.world.clearTimeout(this.timer);
    this.socket.drop();
  }

  #greeted(way, hello) {
    this.world.clearTimeout(this.resting);
    Object.assign(this, { way, failures: 0, resting: null, pace: new Pace(BURST, PER_SECOND, this.world.now) });
    this.queue.agree(hello.last_seq, hello.last_mac);
    this.#pump(); // before the page hears of it, and perhaps adds a beat of its own
    this.on.hello(hello);
    this.on.change();
  }

  #take(frame) {
    if (frame.type === "reply") this.#answered(frame);
    else if (frame.type === "retry") this.#again(frame);
    else if (frame.type === "taken_over") this.#end("taken_over");
    else if (frame.type === "proof_reply") {
      this.proof = null;
      this.#tell(frame);
    }
  }

  #answered(frame) {
    if (frame.reason in OVER_BY_REPLY) this.#end(OVER_BY_REPLY[frame.reason]);
    else if (frame.reason === "wrong_seq") {
      this.queue.agree(frame.expected_seq - 1, frame.last_mac);
      this.#rest(0);
    } else {
      this.queue.forget(frame.seq);
      this.#tell(frame);
    }
  }

  #tell(frame) {
    this.on.reply(frame);
    this.on.change();
  }

  #again({ seq, after_ms: afterMs }) {
    if (seq === 0) this.world.setTimeout(() => { if (this.proof) this.prove(this.proof); }, afterMs);
    else {
      this.queue.unsend();
      this.#rest(afterMs);
    }
  }

  /** Go on sending after a while, once, however many answers ask for it. */
  #rest(ms) {
    this.resting ??= this.world.setTimeout(() => {
      this.resting = null;
      this.#pump();
    }, ms);
  }

  #pump() {
    if (this.resting !== null) return;
    if (this.way === "post") this.#postAll();
    for (let item = this.queue.next; item && this.way === "socket"; item = this.queue.next) {
      if (!this.pace.take()) {
        this.#rest(1_000 / PER_SECOND);
        return;
      }
      item.sent = true;
      this.socket.send(item.frame);
    }
  }

  async #postAll() {
    const frames = this.queue.empty ? [this.proof].filter(Boolean) : this.queue.oldest(MOST_AT_ONCE);
    if (this.posting || !frames.length) return;
    this.posting = true;
    const answer = await this.post.send(frames);
    this.posting = false;
    for (const frame of answer.frames ?? []) this.#take(frame);
    if (this.over || this.way !== "post") return;
    if (answer.lost) this.#lost("post", 0);
    else if (answer.over) this.#end(OVER_BY_REPLY[answer.over] ?? answer.over);
    else if (answer.retryMs !== undefined) this.#rest(answer.retryMs);
    else this.#rest(frames.includes(this.proof) || this.queue.oldest(1)[0] === frames[0] ? BUSY_MS : 0);
  }

  async #tryPost() {
    const answer = await this.post.hello();
    if (this.over || this.open) return;
    if (answer.over) this.#end(OVER_BY_REPLY[answer.over] ?? answer.over);
    else if (answer.frames?.[0].type === "hello") this.#greeted("post", answer.frames[0]);
  }

  #lost(way, code) {
    if (code in OVER_BY_CODE) {
      this.#end(OVER_BY_CODE[code]);
      return;
    }
    if (this.way === way) this.way = null;
    // Full jitter: a thousand pages that lost one server do not come back in one second.
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    if (this.failures >= TRIES_BEFORE_POST && !this.open) this.#tryPost();
    this.world.clearTimeout(this.timer);
    const wait = this.way === "post" ? SOCKET_AGAIN_MS : this.world.random() * most;
    this.timer = this.world.setTimeout(() => this.connect(), wait);
    this.on.change();
  }

  #end(reason) {
    if (this.over) return;
    this.over = reason;
    this.world.clearTimeout(this.timer);
    this.socket.drop();
    this.way = null;
    this.queue.forget(Infinity);
    this.on.over(reason);
    this.on.change();
  }
}
