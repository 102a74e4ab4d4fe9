import assert from "node:assert/strict";
import { test } from "node:test";

import { PER_PAGE, formatClock, inserted, pageOf, pagesOf, parseClock, shifted, without } from "../cues.js";

const ROWS = [["00:00:01.000", "00:00:02.000", "一"], ["0:05", "0:06.5", "二"]];

test("positions are read as the server reads them", () => {
  assert.equal(parseClock(" 1:02.5 "), 62500);
  assert.equal(parseClock("01：00：00，040"), 3600040);
  assert.equal(parseClock("90"), 90000);
  for (const bad of ["", "soon", "1:75", "1:60:00", "-1", "1.0005"]) assert.equal(parseClock(bad), null, bad);
});

test("positions are written as WebVTT writes them", () => {
  assert.equal(formatClock(3723045), "01:02:03.045");
  assert.equal(formatClock(0), "00:00:00.000");
});

test("all rows move together", () => {
  assert.deepEqual(shifted(ROWS, 500), [["00:00:01.500", "00:00:02.500", "一"], ["00:00:05.500", "00:00:07.000", "二"]]);
  assert.deepEqual(shifted(ROWS, -1000)[0].slice(0, 2), ["00:00:00.000", "00:00:01.000"]);
});

test("no row moves before the video begins", () => {
  assert.equal(shifted(ROWS, -1001), null);
});

test("what cannot be read as a time stays where it is", () => {
  assert.deepEqual(shifted([["soon", "", "一"]], 500), [["soon", "", "一"]]);
});

test("a new row fills the gap between its neighbours", () => {
  assert.deepEqual(inserted(ROWS, 1)[1], ["00:00:02.000", "0:05", ""]);
  assert.deepEqual(inserted(ROWS, 2)[2], ["0:06.5", "", ""]);
  assert.deepEqual(inserted([], 0), [["00:00:00.000", "", ""]]);
  assert.equal(ROWS.length, 2);
});

test("a row is taken out", () => {
  assert.deepEqual(without(ROWS, 0), [ROWS[1]]);
});

test("rows are counted in pages", () => {
  const rows = Array.from({ length: PER_PAGE + 1 }, () => ["", "", ""]);
  assert.equal(pagesOf(rows), 2);
  assert.equal(pagesOf([]), 1);
  assert.equal(pageOf(PER_PAGE - 1), 0);
  assert.equal(pageOf(PER_PAGE), 1);
});
