import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BeatLine } from "../beat.js";
import { NO_STORE, STATE, TICKET, World, settled } from "./world.js";

const HELLO = { type: "hello", last_seq: 0, last_mac: "00".repeat(32), spans: [] };
const reply = (seq, more = {}) => ({ type: "reply", seq, result: "accepted", spans: [], ...more });
const beat = () => line.beat(STATE);
const bodies = () => world.asked.map(({ body }) => body).filter(Boolean);
let world, heard, line;

/** Sockets that do not come up: the second failure makes the line ask by POST. */
async function without(...answers) {
  world.answers.push({ body: HELLO }, ...answers);
  for (let i = 0; i < 2; i += 1) {
    world.socket.onclose({ code: 1006 });
    if (i === 0) world.ring();
  }
  await settled();
}

beforeEach(() => {
  world = new World();
  heard = [];
  const on = { hello: (f) => heard.push(f), reply: (f) => heard.push(f), over: (r) => heard.push(r), change: () => {} };
  line = new BeatLine(TICKET, NO_STORE, on, world);
  line.connect();
});

test("where sockets do not come up, the same is said by POST", async () => {
  const first = beat();
  await without({ body: reply(1) });
  assert.equal(line.way, "post");
  assert.deepEqual(bodies(), [first]);
  assert.deepEqual(heard, [HELLO, reply(1)]);
  assert.equal(line.unansweredMs, 0);
});

test("what was kept goes in one request", async () => {
  const frames = [beat(), beat(), beat()];
  await without({ body: { type: "replies", replies: [reply(1), reply(2), reply(3)] } });
  assert.deepEqual(bodies(), [{ type: "beats", beats: frames }]);
  assert.deepEqual(heard.slice(1).map((frame) => frame.seq), [1, 2, 3]);
});

test("a database that is away is asked again after the time it names", async () => {
  beat();
  await without({ status: 503, body: { type: "retry", seq: 1, after_ms: 2000 } }, { body: reply(1) });
  assert.equal(world.ring(), 2000);
  await settled();
  assert.equal(line.unansweredMs, 0);
  assert.equal(heard.at(-1).seq, 1);
});

test("a proof goes the same way", async () => {
  await without({ body: { type: "proof_reply", nonce: "aa", result: "passed" } });
  line.prove({ type: "proof", nonce: "aa" });
  await settled();
  assert.equal(heard.at(-1).result, "passed");
});

test("an answer that takes nothing is not asked for on and on", async () => {
  beat();
  await without({ body: { type: "something new" } });
  await settled();
  assert.equal(bodies().length, 1);
  assert.equal([...world.timers.values()].filter(({ ms }) => ms === 2_000).length, 1);
});

test("sockets are tried again now and then, and preferred", async () => {
  await without();
  const waits = [...world.timers.values()].map(({ ms }) => ms);
  assert.ok(waits.some((ms) => ms <= 1_000)); // the attempt that was planned before POST answered
  world.ring();
  world.socket.onclose({ code: 1006 });
  assert.equal(line.way, "post");
  assert.equal(world.ring(), 60_000);
  world.hello();
  assert.equal(line.way, "socket");
});

test("a session that is over by POST is over", async () => {
  beat();
  await without({ body: reply(1, { result: "refused", reason: "lease_lost" }) });
  assert.deepEqual(heard.slice(1), ["taken_over"]);
  assert.equal(line.open, false);
});

test("taken over, by the refusal of a request: the same word as by a socket", async () => {
  beat();
  await without({ status: 403, body: { reason: "lease_lost" } });
  assert.deepEqual(heard.slice(1), ["taken_over"]);
});

test("signed out by POST: over as well", async () => {
  beat();
  await without({ status: 403, body: { reason: "not_signed_in" } });
  assert.deepEqual(heard.slice(1), ["not_signed_in"]);
});

test("when the network goes, beats wait, and both ways are tried", async () => {
  await without();
  beat();
  await settled();
  assert.equal(line.open, false);
  assert.equal(line.queue.waiting.length, 1);
});
