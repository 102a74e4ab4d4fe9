import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Opening, leaveFormer, leaveWish, takeFormer, takeWish } from "../opening.js";
import { STATE, World, settled } from "./world.js";

const PAGE = { openUrl: "/learn/1/open/", token: "token", owner: "me", former: "s1", native: false, hints: ["webdriver"] };
const frame = (seq, position, more = {}) => ({ type: "beat", seq, ...STATE, position_ms: position, mac: "aa", ...more });
const reply = (seq, more = {}) => ({ type: "reply", seq, result: "accepted", credited_ms: 0, pending_ms: 0, spans: [], ...more });
let world, heard, left, forgotten, opening;

beforeEach(() => {
  world = new World();
  [heard, left, forgotten] = [[], [], []];
  world.time = 100_000;
  const store = { left: async () => left, forget: async (uuid) => { forgotten.push(uuid); left = left.filter((s) => s.uuid !== uuid); } };
  const on = {};
  for (const name of ["opened", "elsewhere", "refused", "leftovers", "waiting"]) on[name] = (what) => heard.push([name, what]);
  opening = new Opening(PAGE, store, on, world);
});

const session = (uuid, at, beats) => ({ uuid, owner: "me", beatUrl: `/watch/${uuid}/beat/`, at, beats });

test("a lesson is opened with the session that this tab had before", async () => {
  world.answers.push({ body: { session_uuid: "s2" } });
  await opening.attempt();
  assert.equal(world.asked[0].url, "/learn/1/open/");
  assert.deepEqual(world.asked[0].body, { take_over: false, former: "s1", native: false, hints: ["webdriver"] });
  assert.equal(world.asked[0].headers["X-CSRFToken"], "token");
  assert.deepEqual(heard, [["opened", { session_uuid: "s2" }]]);
});

test("learning elsewhere is asked about, and taken over only then", async () => {
  world.answers.push({ status: 409, body: { reason: "learning_elsewhere", where: "高支模", heard_ms_ago: 7000 } });
  await opening.attempt();
  assert.equal(heard[0][0], "elsewhere");
  world.answers.push({ body: { session_uuid: "s2" } });
  await opening.takeOver();
  assert.equal(world.asked[1].body.take_over, true);
  assert.equal(heard[1][0], "opened");
});

test("a refusal is told by its reason; a page instead of an answer means: sign in again", async () => {
  world.answers.push({ status: 409, body: { reason: "video_not_ready" } }, { status: 403 });
  await opening.attempt();
  await opening.attempt();
  assert.deepEqual(heard, [["refused", "video_not_ready"], ["refused", "not_signed_in"]]);
});

test("without a network it tries on, and at once when the network is back", async () => {
  await opening.attempt();
  assert.deepEqual(heard, [["waiting", undefined]]);
  assert.equal([...world.timers.values()][0].ms, 500);
  world.answers.push({ status: 503, body: {} }, { body: { session_uuid: "s2" } });
  opening.hurry();
  await settled();
  world.ring();
  await settled();
  assert.equal(heard.at(-1)[0], "opened");
  opening.hurry();
  await settled();
  assert.equal(world.asked.length, 3);
});

test("what the former page left is sent first, and said", async () => {
  left = [session("s1", 99_000, [frame(1, 0), frame(2, 5_000), frame(3, 10_000)])];
  world.answers.push(
    { body: { type: "replies", replies: [reply(1), reply(2, { credited_ms: 5_000, spans: [[0, 5_000]] }), reply(3, { reason: "key_missing" })] } },
    { body: { session_uuid: "s2" } },
  );
  await opening.attempt();
  assert.equal(world.asked[0].url, "/watch/s1/beat/");
  assert.deepEqual(heard[0], ["leftovers", { counted_ms: 5_000, missed_ms: 5_000, reason: "key_missing" }]);
  assert.equal(heard[1][0], "opened");
  assert.deepEqual(forgotten, ["s1"]);
});

test("beats that had arrived before the page died are no loss, and nothing is said of them", async () => {
  left = [session("s1", 99_000, [frame(1, 0), frame(2, 5_000), frame(3, 10_000), frame(4, 15_000)])];
  const late = (seq) => reply(seq, { result: "refused", reason: "wrong_seq", expected_seq: 4 });
  world.answers.push(
    { body: { type: "replies", replies: [late(1), late(2), late(3), reply(4, { credited_ms: 5_000, spans: [[10_000, 15_000]] })] } },
    { body: { session_uuid: "s2" } },
  );
  await opening.attempt();
  assert.deepEqual(heard[0], ["leftovers", { counted_ms: 5_000, missed_ms: 0, reason: null }]);
});

test("the beats of another window that still plays are its own to send", async () => {
  left = [session("s9", 99_000, [frame(1, 0)]), session("s8", 10_000, [frame(1, 0)])];
  world.answers.push({ body: reply(1) }, { body: { session_uuid: "s2" } });
  await opening.attempt();
  assert.deepEqual(world.asked.map(({ url }) => url), ["/watch/s8/beat/", "/learn/1/open/"]);
});

test("nothing is opened before what was left has gone: a new session would close the old one", async () => {
  left = [session("s1", 99_000, [frame(1, 0)])];
  await opening.attempt();
  assert.equal(world.asked.length, 1);
  assert.deepEqual(forgotten, []);
  assert.deepEqual(heard, [["waiting", undefined]]);
});

test("a former session that is over gets nothing more, and says so", async () => {
  left = [session("s1", 99_000, [frame(1, 0), frame(2, 5_000)])];
  world.answers.push({ status: 403, body: { reason: "session_closed" } }, { body: {} });
  await opening.attempt();
  assert.deepEqual(heard[0], ["leftovers", { counted_ms: 0, missed_ms: 5_000, reason: "session_closed" }]);
});

test("the former session is known to the next page of this tab, once", () => {
  const values = new Map();
  const storage = { getItem: (k) => values.get(k) ?? null, setItem: (k, v) => values.set(k, v), removeItem: (k) => values.delete(k) };
  leaveFormer("s1", storage);
  assert.equal(takeFormer(storage), "s1");
  assert.equal(takeFormer(storage), null);
  leaveWish(storage);
  assert.deepEqual([takeWish(storage), takeWish(storage)], [true, false]);
});
