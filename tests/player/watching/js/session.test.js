import assert from "node:assert/strict";
import { createCipheriv, createHmac } from "node:crypto";
import { beforeEach, test } from "node:test";
import { Segments } from "../segments.js";
import { Session } from "../session.js";
import { STATE, TICKET, World, settled } from "./world.js";

globalThis.location = { href: "https://here/learn/1/" };
const DATA = { open_url: "/learn/1/open/", learner_name: "砖小明", spans: [[0, 10_000]], counted_ms: 10_000, furthest_ms: 10_000 };
const POLICY = { beat_interval_ms: 5_000, look_ahead_ms: 48_000, seek: "to_furthest" };
const HELLO = {
  type: "hello", last_seq: 0, last_mac: "00".repeat(32), spans: [[0, 10_000]], counted_ms: 10_000, furthest_ms: 10_000, pending_ms: 0,
  day_counted_ms: 0, stretches_ms: [0, 24_000], policy: POLICY,
};
const EVENTS = ["begun", "greeted", "figures", "reason", "report", "goBack", "over", "elsewhere", "leftovers", "change"];
let world, heard, session;

const told = (name) => heard.filter(([event]) => event === name).map(([, what]) => what);
const beat = (ms, more = {}) => session.beat({ ...STATE, position_ms: ms, ...more });
const reply = (seq, more = {}) => world.reply(seq, { credited_ms: 0, pending_ms: 0, ...more });

beforeEach(async () => {
  world = new World();
  heard = [];
  const on = Object.fromEntries(EVENTS.map((name) => [name, (what) => heard.push([name, what])]));
  session = new Session({ data: DATA, token: "token", native: false }, on, world);
  world.answers.push({ body: { ...TICKET, socket_path: "/ws/watch/1/", hello: HELLO } });
  session.begin();
  await settled();
});

test("a session that was opened connects to its socket, over TLS where the page came so", () => {
  assert.equal(world.socket.url, "wss://here/ws/watch/1/");
  assert.equal(told("begun").length, 1);
  world.say(HELLO);
  assert.equal(session.open, true);
  assert.equal(told("greeted").length, 1);
});

test("a beat carries whole numbers within bounds, and its stretch", () => {
  world.say(HELLO);
  beat(24_000.6, { rate_percent: 99.6, idle_ms: -3 });
  const { position_ms, stretch, rate_percent, idle_ms } = world.socket.sent[0];
  assert.deepEqual({ position_ms, stretch, rate_percent, idle_ms }, { position_ms: 24_001, stretch: 1, rate_percent: 100, idle_ms: 0 });
});

test("figures are those of the server, and nothing else", () => {
  world.say(HELLO);
  beat(10_000);
  beat(15_000);
  assert.equal(session.figures.counted_ms, 10_000);
  reply(2, { counted_ms: 15_000, furthest_ms: 15_000, credited_ms: 5_000, spans: [[10_000, 15_000]] });
  assert.deepEqual([session.figures.counted_ms, session.figures.spans], [15_000, [[0, 15_000]]]);
});

test("what waits for a proof is drawn, and counted when the proof has passed", () => {
  world.say(HELLO);
  beat(10_000);
  beat(15_000);
  reply(2, { counted_ms: 10_000, pending_ms: 5_000, furthest_ms: 15_000 });
  assert.deepEqual(session.pendingSpans, [[10_000, 15_000]]);
  world.say({ type: "proof_reply", nonce: "aa", result: "passed", counted_ms: 15_000, pending_ms: 0, spans: [[10_000, 15_000]], furthest_ms: 15_000 });
  assert.deepEqual(session.pendingSpans, []);
  assert.deepEqual(told("report"), []);
});

test("a question is answered from the segments, whether it comes in a reply or in the greeting", async () => {
  const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  const segments = new Segments();
  segments.put(2, { data: new Uint8Array([...cipher.update("media"), ...cipher.final()]), key, iv, rendition: "720" });
  session.holds(segments);
  const nonce = "77".repeat(16);
  world.say({ ...HELLO, ask: { nonce, segment: 2 } });
  for (let i = 0; i < 100 && !world.socket.sent.length; i += 1) await new Promise((resolve) => { setTimeout(resolve, 20); });
  const hmac = createHmac("sha256", Buffer.from(nonce, "hex")).update("media").digest("hex");
  assert.deepEqual(world.socket.sent, [{ type: "proof", nonce, segment: 2, rendition: "720", hmac }]);
});

test("silence is late after five seconds, and its cost is told when the line is back", () => {
  world.say(HELLO);
  for (const at of [10_000, 15_000]) beat(at);
  reply(2, { counted_ms: 15_000, furthest_ms: 15_000, spans: [[10_000, 15_000]] });
  world.socket.onclose({ code: 1006 });
  for (const at of [20_000, 25_000, 30_000]) beat(at);
  world.time += 6_000;
  assert.equal(session.late, true);
  session.tick();
  assert.equal(session.unsentMs, 15_000);
  world.ring();
  world.say({ ...HELLO, last_seq: 2, counted_ms: 15_000, spans: [[0, 15_000]] });
  reply(3, { counted_ms: 20_000, spans: [[15_000, 20_000]] });
  assert.deepEqual(told("report"), []);
  reply(5, { counted_ms: 25_000, spans: [[20_000, 25_000]], reason: "key_missing" });
  assert.deepEqual(told("report"), [{ cut: true, counted_ms: 10_000, missed_ms: 5_000, reason: "key_missing" }]);
  assert.equal(session.late, false);
});

test("the server sends the picture back", () => {
  world.say(HELLO);
  beat(90_000);
  reply(1, { result: "refused", reason: "seek_ahead", go_back_to_ms: 10_000 });
  assert.deepEqual([told("reason"), told("goBack")], [["seek_ahead"], [10_000]]);
});

test("without proof it is over", () => {
  world.say(HELLO);
  beat(10_000);
  reply(1, { result: "refused", reason: "no_media_proof" });
  assert.deepEqual(told("over"), ["no_media_proof"]);
  assert.equal(session.open, false);
  beat(15_000);
  assert.equal(world.socket.sent.length, 1);
});

test("taken over elsewhere: the page is told once, and beats no more", () => {
  world.say(HELLO);
  world.say({ type: "taken_over" });
  world.socket.onclose({ code: 4409 });
  assert.deepEqual(told("over"), ["taken_over"]);
});
