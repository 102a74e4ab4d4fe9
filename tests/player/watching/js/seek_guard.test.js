import assert from "node:assert/strict";
import { test } from "node:test";
import { correction, guard, openSpans, openUntil, startAt } from "../seek_guard.js";

const reach = { furthestMs: 40_000, positionMs: 42_000, durationMs: 60_000 };
const strict = { ...reach, positionMs: 5_000, seek: "counted_only", spans: [[0, 8_000], [30_000, 40_000]] };

test("open is what was counted, and where playing has come to, and never more than the lesson", () => {
  assert.equal(openUntil(reach), 42_000);
  assert.equal(openUntil({ ...reach, positionMs: 10_000 }), 40_000);
  assert.equal(openUntil({ ...reach, furthestMs: 99_000 }), 60_000);
});

test("back is always free", () => {
  assert.deepEqual(guard(0, reach), { targetMs: 0, heldBack: false });
  assert.deepEqual(guard(-5_000, reach), { targetMs: 0, heldBack: false });
  assert.deepEqual(guard(10_000, { ...strict, positionMs: 20_000 }), { targetMs: 10_000, heldBack: false });
});

test("ahead is held at what is open", () => {
  assert.deepEqual(guard(55_000, reach), { targetMs: 42_000, heldBack: true });
  assert.deepEqual(guard(42_000, reach), { targetMs: 42_000, heldBack: false });
});

test("where only what is counted is open, ahead means into it or to its end", () => {
  assert.deepEqual(openSpans(strict), [[0, 8_000], [30_000, 40_000]]);
  assert.deepEqual(guard(35_000, strict), { targetMs: 35_000, heldBack: false });
  assert.deepEqual(guard(40_000, strict), { targetMs: 40_000, heldBack: false });
  assert.deepEqual(guard(20_000, strict), { targetMs: 8_000, heldBack: true });
  assert.deepEqual(guard(59_000, strict), { targetMs: 40_000, heldBack: true });
});

test("a landing by a script is put back, a step over a hole in the buffer is not", () => {
  assert.equal(correction(55_000, reach), 42_000);
  assert.equal(correction(42_400, reach), null);
  assert.equal(correction(3_000, reach), null);
  assert.equal(correction(20_000, strict), 8_000);
});

test("the address may say where to begin, as far as one may go there", () => {
  assert.equal(startAt("?at=10", reach, 5_000), 10_000);
  assert.equal(startAt("?at=55", reach, 5_000), 42_000);
  for (const search of ["", "?at=", "?at=-3", "?at=1e3", "?at=ten", "?at=9999999", "?to=10"]) assert.equal(startAt(search, reach, 5_000), 5_000);
});
