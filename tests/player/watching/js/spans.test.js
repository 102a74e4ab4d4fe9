import assert from "node:assert/strict";
import { test } from "node:test";
import { merge, subtract, toPercent, total } from "../spans.js";

test("touching and overlapping spans become one", () => {
  assert.deepEqual(merge([[2000, 2500], [0, 1000], [900, 2000], [9000, 9001]]), [[0, 2500], [9000, 9001]]);
});

test("merging changes nothing that was given", () => {
  const given = [[5, 9], [0, 5]];
  merge(given);
  assert.deepEqual(given, [[5, 9], [0, 5]]);
});

test("what is taken away leaves holes, and nothing of nothing", () => {
  assert.deepEqual(subtract([[0, 10], [20, 30]], [[2, 3], [9, 25]]), [[0, 2], [3, 9], [25, 30]]);
  assert.deepEqual(subtract([[0, 10]], [[0, 10]]), []);
  assert.equal(total([[0, 2], [3, 9]]), 8);
});

test("spans are drawn as parts of the whole, never beyond it", () => {
  assert.deepEqual(toPercent([[0, 1000], [3000, 5000]], 4000), [{ at: 0, width: 25 }, { at: 75, width: 25 }]);
  assert.deepEqual(toPercent([[0, 1000]], 0), []);
});
