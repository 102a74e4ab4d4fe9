import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BeatLine } from "../beat.js";
import { beginning, seal } from "../mac.js";
import { NO_STORE, STATE, TICKET, World, settled } from "./world.js";

const seqs = (socket) => socket.sent.map((frame) => frame.seq);
const beat = (ms = 0) => line.beat({ ...STATE, position_ms: ms });
let world, heard, line;

function begin(store = NO_STORE) {
  world = new World();
  heard = [];
  const on = { hello: (f) => heard.push(f), reply: (f) => heard.push(f), over: (r) => heard.push(r), change: () => {} };
  line = new BeatLine(TICKET, store, on, world);
  line.connect();
}

function lose(code = 1006) {
  world.socket.onclose({ code });
}

beforeEach(() => begin());

test("beats are numbered and chained from where the session stands", () => {
  world.hello(41, { last_mac: "5c".repeat(32) });
  beat(5);
  assert.deepEqual(world.socket.sent, [seal(TICKET.beat_key, "5c".repeat(32), { type: "beat", seq: 42, ...STATE, position_ms: 5 })]);
});

test("each beat commits to the one before", () => {
  world.hello();
  const first = beat(1);
  const second = beat(2);
  const { mac: _, ...bare } = second;
  assert.equal(first.mac, seal(TICKET.beat_key, beginning(TICKET.beat_key, TICKET.session_uuid), { ...first, mac: undefined }).mac);
  assert.equal(second.mac, seal(TICKET.beat_key, first.mac, bare).mac);
});

test("what was told before the greeting is sent after it, in order", () => {
  beat();
  beat();
  assert.deepEqual(world.socket.sent, []);
  world.hello();
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("a beat that the page adds on the greeting comes after those that waited", () => {
  beat();
  line.on.hello = () => beat();
  world.hello();
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("what was not answered is sent again unchanged on a new connection, what was taken is not", () => {
  world.hello();
  const frames = [0, 1, 2, 3].map(beat);
  world.reply(1);
  lose();
  assert.equal(world.ring(), 500);
  world.hello(2);
  assert.deepEqual(world.socket.sent, frames.slice(2));
});

test("the waits between attempts grow, up to a bound, with jitter", () => {
  const waits = [];
  for (let i = 0; i < 7; i += 1) {
    lose();
    waits.push(world.ring());
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 7500, 7500, 7500]);
});

test("how long the oldest beat has waited is known", () => {
  world.hello();
  beat();
  world.time = 6_000;
  beat();
  assert.equal(line.unansweredMs, 6_000);
  world.reply(1);
  assert.equal(line.unansweredMs, 0);
});

test("a socket that no longer answers is given up", () => {
  world.hello();
  beat();
  world.time = 13_000;
  const deaf = world.socket;
  beat();
  assert.ok(deaf.closed);
  assert.equal(world.sockets.length, 2);
  world.hello(0);
  assert.deepEqual(seqs(world.socket), [1, 2]);
});

test("a handshake that hangs is given up", () => {
  const hanging = world.socket;
  assert.equal(world.ring(), 5_000);
  assert.ok(hanging.closed);
  world.ring();
  assert.equal(world.sockets.length, 2);
});

test("words of a socket that was given up are not heard any more", () => {
  world.hello();
  const old = world.socket;
  line.hurry();
  assert.equal(world.sockets.length, 1);
  lose();
  world.ring();
  old.onmessage({ data: JSON.stringify({ type: "taken_over" }) });
  assert.equal(line.over, null);
});

test("a server that is busy is asked again, with all that waits, once", () => {
  world.hello();
  beat();
  beat();
  world.say({ type: "retry", seq: 1, after_ms: 2000, reason: "busy" });
  world.say({ type: "retry", seq: 2, after_ms: 2000, reason: "busy" });
  beat();
  assert.equal(world.timers.size, 1);
  assert.equal(world.ring(), 2000);
  assert.deepEqual(seqs(world.socket), [1, 2, 1, 2, 3]);
});

test("a proof that the server could not take is sent again by itself", () => {
  world.hello();
  line.prove({ type: "proof", nonce: "aa" });
  world.say({ type: "retry", seq: 0, after_ms: 1500, reason: "busy" });
  assert.equal(world.ring(), 1500);
  assert.equal(world.socket.sent.length, 2);
  world.say({ type: "proof_reply", nonce: "aa", result: "passed" });
  assert.equal(heard.at(-1).result, "passed");
});

test("a missing number is sent again", () => {
  world.hello();
  for (let i = 0; i < 3; i += 1) beat();
  world.reply(3, { result: "refused", reason: "wrong_seq", expected_seq: 2, last_mac: "11".repeat(32) });
  world.ring();
  assert.deepEqual(seqs(world.socket), [1, 2, 3, 2, 3]);
  assert.deepEqual(heard.filter((frame) => frame.reason), []);
});

test("numbers that cannot be mended begin anew where the server stands", () => {
  world.hello();
  beat();
  world.reply(1, { result: "refused", reason: "wrong_seq", expected_seq: 9, last_mac: "11".repeat(32) });
  world.ring();
  beat();
  assert.deepEqual(seqs(world.socket), [1, 9]);
  assert.equal(world.socket.sent[1].mac, seal(TICKET.beat_key, "11".repeat(32), { ...STATE, seq: 9 }).mac);
});

test("no more goes out at once than the server takes, and the rest soon after", () => {
  for (let i = 0; i < 310; i += 1) beat();
  world.hello();
  assert.equal(world.socket.sent.length, 300);
  world.time += 1_000;
  world.ring();
  assert.equal(world.socket.sent.length, 310);
});

for (const [code, reason] of [[4409, "taken_over"], [4410, "session_closed"], [4401, "not_signed_in"], [4404, "unknown_session"], [4412, "chain_broken"]]) {
  test(`after ${code} it is over: ${reason}`, () => {
    lose(code);
    assert.deepEqual(heard, [reason]);
    assert.equal(world.timers.size, 0);
    beat();
    line.hurry();
    assert.equal(world.sockets.length, 1);
  });
}

for (const [reason, over] of [["lease_lost", "taken_over"], ["session_closed", "session_closed"], ["forked", "chain_broken"], ["wrong_mac", "chain_broken"]]) {
  test(`a reply that says ${reason} ends it, the close that follows says nothing new`, () => {
    world.hello();
    beat();
    const socket = world.socket;
    world.reply(1, { result: "refused", reason });
    socket.onclose({ code: 4409 });
    assert.deepEqual(heard.slice(1), [over]);
  });
}

test("each beat is kept on disk until it is answered", () => {
  const kept = new Map();
  begin({ keep: (f) => kept.set(f.seq, f), forget: (seq) => { for (const n of [...kept.keys()]) if (n <= seq) kept.delete(n); } });
  world.hello();
  beat();
  beat();
  world.reply(1);
  assert.deepEqual([...kept.keys()], [2]);
});

test("the last word of a page: one beat as a form, several as one request that outlives the page", () => {
  world.hello();
  line.farewell();
  const first = line.beat({ ...STATE, leaving: true });
  line.farewell();
  assert.deepEqual(world.beacons, [["/watch/1/beat/", first, "token"]]);
  const second = beat();
  line.farewell();
  assert.equal(world.asked[0].keepalive, true);
  assert.deepEqual(world.asked[0].body, { type: "beats", beats: [first, second] });
  assert.equal(world.asked[0].headers["X-CSRFToken"], "token");
});
