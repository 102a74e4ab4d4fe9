/** A browser for tests: sockets that say nothing by themselves, a clock that stands, timers that ring when they are told to. */

export const TICKET = {
  session_uuid: "0b6c2f1e-0000-4000-8000-000000000001",
  beat_key: "9f".repeat(32),
  socket_url: "wss://here/ws/watch/1/",
  beat_url: "/watch/1/beat/",
  token: "token",
};

export const STATE = {
  position_ms: 0, rate_percent: 100, playing: true, visible: true, focused: true, seeking: false, leaving: false, stretch: 0, idle_ms: 0,
};

export class World {
  constructor() {
    const world = this;
    Object.assign(this, { sockets: [], timers: new Map(), time: 0, asked: [], answers: [], beacons: [] });
    this.WebSocket = class {
      constructor(url) { Object.assign(this, { url, sent: [], closed: false }); world.sockets.push(this); }
      send(text) { this.sent.push(JSON.parse(text)); }
      close() { this.closed = true; }
    };
    this.now = () => this.time;
    this.today = () => this.time;
    this.random = () => 0.5;
    this.setTimeout = (deed, ms) => { const timer = Symbol("timer"); this.timers.set(timer, { deed, ms }); return timer; };
    this.clearTimeout = (timer) => { this.timers.delete(timer); };
    this.beacon = (url, form) => { this.beacons.push([url, JSON.parse(form.get("beat")), form.get("csrfmiddlewaretoken")]); };
    this.fetch = async (url, request) => {
      this.asked.push({ url, ...request, body: request.body && JSON.parse(request.body) });
      const answer = this.answers.shift();
      if (!answer) throw new TypeError("no network");
      const { status = 200, body } = answer;
      return { ok: status < 300, status, json: async () => body ?? JSON.parse("<html>") };
    };
  }

  get socket() { return this.sockets.at(-1); }

  say(frame) { this.socket.onmessage({ data: JSON.stringify(frame) }); }

  hello(lastSeq = 0, more = {}) { this.say({ type: "hello", last_seq: lastSeq, last_mac: "00".repeat(32), counted_ms: 0, spans: [], ...more }); }

  reply(seq, more = {}) { this.say({ type: "reply", seq, result: "accepted", spans: [], ...more }); }

  /** Ring the timer that was set last, and return how long it would have been. */
  ring() {
    const [timer, { deed, ms }] = [...this.timers].at(-1);
    this.timers.delete(timer);
    deed();
    return ms;
  }
}

/** Let promises that need nobody come to rest. */
export const settled = () => new Promise((resolve) => { setImmediate(resolve); });
export const NO_STORE = { keep() {}, forget() {} };
