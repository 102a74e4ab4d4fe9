import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Tally } from "../tally.js";

let tally;
const beat = (position, more = {}) => tally.beat({ position_ms: position, playing: true, visible: true, seeking: false, ...more });

beforeEach(() => { tally = new Tally(); });

test("after a cut it is said what was counted late and what was not", () => {
  beat(0);
  beat(5_000);
  tally.cut(20_000);
  for (let at = 10_000; at <= 60_000; at += 5_000) beat(at);
  assert.deepEqual(tally.settle([[0, 48_000]], 63_000), { cut: true, counted_ms: 43_000, missed_ms: 12_000, reason: null });
  assert.equal(tally.settle([[0, 48_000]], 63_000), null);
});

test("a quiet line says nothing, two clocks that differ a little neither", () => {
  beat(0);
  beat(5_000);
  assert.equal(tally.settle([[0, 4_000]], 4_000), null);
});

test("a refusal is said with what it cost", () => {
  beat(0, { visible: false });
  beat(5_000);
  tally.answered({ reason: "hidden" });
  tally.answered({ reason: "hidden" });
  assert.deepEqual(tally.settle([], 0), { cut: false, counted_ms: 0, missed_ms: 5_000, reason: "hidden" });
});

test("what was watched before misses nothing", () => {
  beat(0);
  beat(5_000);
  tally.answered({ reason: "day_full" });
  assert.equal(tally.settle([[0, 10_000]], 10_000).missed_ms, 0);
});

test("pauses, seeks and leaps are no playing", () => {
  beat(0, { playing: false });
  beat(5_000, { seeking: true });
  beat(9_000);
  beat(100_000);
  beat(90_000);
  assert.deepEqual(tally.pending([]), []);
});

test("pending is what was told in sight and is not counted yet", () => {
  beat(0);
  beat(5_000, { visible: false });
  beat(8_000);
  assert.deepEqual(tally.pending([[0, 2_000]]), [[2_000, 5_000]]);
});
