import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BeatLine } from "../beat.js";

/** A server that says nothing by itself, a clock that stands, timers that ring when they are told to. */
class World {
  constructor() {
    const world = this;
    Object.assign(this, { sockets: [], timers: new Map(), time: 0 });
    this.WebSocket = class {
      constructor(url) { Object.assign(this, { url, sent: [], closed: false }); world.sockets.push(this); }
      send(text) { this.sent.push(JSON.parse(text)); }
      close() { this.closed = true; }
    };
    this.now = () => this.time;
    this.random = () => 0.5;
    this.setTimeout = (deed, ms) => { const timer = Symbol("timer"); this.timers.set(timer, { deed, ms }); return timer; };
    this.clearTimeout = (timer) => { this.timers.delete(timer); };
  }

  get socket() { return this.sockets.at(-1); }

  say(frame) { this.socket.onmessage({ data: JSON.stringify(frame) }); }

  hello(lastSeq = 0) { this.say({ type: "hello", last_seq: lastSeq, counted_ms: 0, spans: [] }); }

  reply(seq, more = {}) { this.say({ type: "reply", seq, result: "accepted", spans: [], ...more }); }

  ring() {
    const [[timer, { deed, ms }]] = this.timers;
    this.timers.delete(timer);
    deed();
    return ms;
  }
}

const seqs = (socket) => socket.sent.map((frame) => frame.seq);
let world, heard, line;

beforeEach(() => {
  world = new World();
  heard = [];
  const on = { hello: (f) => heard.push(f), reply: (f) => heard.push(f), over: (r) => heard.push(r), change: () => {} };
  line = new BeatLine("wss://here/ws/watch/1/", on, world);
  line.connect();
});

test("beats are numbered from where the session stands", () => {
  world.hello(41);
  line.beat({ position_ms: 5 });
  assert.deepEqual(world.socket.sent, [{ type: "beat", seq: 42, position_ms: 5 }]);
});

test("what was told before the greeting is sent after it, in order", () => {
  line.beat({});
  line.beat({});
  assert.deepEqual(world.socket.sent, []);
  world.hello();
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("a beat that the page adds on the greeting comes after those that waited", () => {
  line.beat({});
  line.on.hello = () => line.beat({});
  world.hello();
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("what was not answered is sent again on a new connection, what was taken is not", () => {
  world.hello();
  for (let i = 0; i < 4; i += 1) line.beat({ position_ms: i });
  world.reply(1);
  world.socket.onclose({ code: 1006 });
  assert.equal(world.ring(), 500);
  world.hello(2);
  assert.deepEqual(world.socket.sent, [
    { type: "beat", seq: 3, position_ms: 2 },
    { type: "beat", seq: 4, position_ms: 3 },
  ]);
});

test("the waits between attempts grow, up to a bound, with jitter", () => {
  const waits = [];
  for (let i = 0; i < 7; i += 1) {
    world.socket.onclose({ code: 1006 });
    waits.push(world.ring());
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 7500, 7500, 7500]);
});

test("how long the oldest beat has waited is known", () => {
  world.hello();
  line.beat({});
  world.time = 6_000;
  line.beat({});
  assert.equal(line.unansweredMs(), 6_000);
  world.reply(1);
  assert.equal(line.unansweredMs(), 0);
});

test("a socket that no longer answers is given up", () => {
  world.hello();
  line.beat({});
  world.time = 13_000;
  const deaf = world.socket;
  line.beat({});
  assert.ok(deaf.closed);
  assert.equal(world.sockets.length, 2);
  world.hello(0);
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("words of a socket that was given up are not heard any more", () => {
  world.hello();
  const old = world.socket;
  line.hurry();
  assert.equal(world.sockets.length, 1);
  old.onclose({ code: 1006 });
  world.ring();
  old.onmessage({ data: JSON.stringify({ type: "taken_over" }) });
  assert.equal(line.over, null);
});

test("a server that is busy is asked again, with all that waits, once", () => {
  world.hello();
  line.beat({});
  line.beat({});
  world.say({ type: "retry", seq: 1, after_ms: 2000, reason: "busy" });
  world.say({ type: "retry", seq: 2, after_ms: 2000, reason: "busy" });
  assert.equal(world.timers.size, 1);
  assert.equal(world.ring(), 2000);
  assert.deepEqual(seqs(world.socket), [1, 2, 1, 2]);
});

test("a missing number is sent again", () => {
  world.hello();
  for (let i = 0; i < 3; i += 1) line.beat({});
  world.reply(3, { result: "refused", reason: "wrong_seq", expected_seq: 2 });
  world.ring();
  assert.deepEqual(seqs(world.socket), [1, 2, 3, 2, 3]);
  assert.deepEqual(heard.filter((frame) => frame.reason), []);
});

test("numbers that cannot be mended begin anew where the server stands", () => {
  world.hello();
  line.beat({});
  world.reply(1, { result: "refused", reason: "wrong_seq", expected_seq: 9 });
  world.ring();
  line.beat({});
  assert.deepEqual(seqs(world.socket), [1, 9]);
});

for (const [code, reason] of [[4409, "taken_over"], [4410, "session_closed"], [4401, "not_signed_in"], [4404, "unknown_session"]]) {
  test(`after ${code} it is over: ${reason}`, () => {
    world.socket.onclose({ code });
    assert.deepEqual(heard, [reason]);
    assert.equal(world.timers.size, 0);
    line.beat({});
    line.hurry();
    assert.equal(world.sockets.length, 1);
  });
}

test("a takeover is told once, though the socket closes after it", () => {
  world.hello();
  const socket = world.socket;
  world.say({ type: "taken_over" });
  socket.onclose({ code: 4409 });
  assert.deepEqual(heard.slice(1), ["taken_over"]);
});

test("only a beat without predecessors is posted by itself", () => {
  const posted = [];
  world.post = (url, form) => posted.push([url, JSON.parse(form.get("beat")), form.get("csrfmiddlewaretoken")]);
  world.hello();
  line.post("/watch/1/beat", "token");
  line.beat({ leaving: true });
  line.post("/watch/1/beat", "token");
  line.beat({});
  line.post("/watch/1/beat", "token");
  assert.deepEqual(posted, [["/watch/1/beat", { type: "beat", seq: 1, leaving: true }, "token"]]);
});
