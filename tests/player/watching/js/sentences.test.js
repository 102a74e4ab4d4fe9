import assert from "node:assert/strict";
import { test } from "node:test";
import { chapterAt } from "../chapter_list.js";
import { limits, stretchAt } from "../limits.js";
import { tileAt } from "../preview.js";
import { leftoversText, reportText } from "../sentences.js";
import { isDone, stateOf } from "../state.js";

const TEXTS = {
  seconds: "{s} 秒", minutes: "{m} 分 {s} 秒", missed_other: "{missed} 没有计时", missed_hidden: "{missed} 没有计时：不在眼前",
  why_clock: "断线", why_hidden: "不在眼前", why_other: "没有认可",
  cut_counted: "补记 {counted}", cut_missed: "补记 {counted}，未计 {missed}：{why}", cut_only_missed: "未计 {missed}：{why}",
  left_counted: "上次补记 {counted}", left_missed: "上次补记 {counted}，未计 {missed}：{why}", left_only_missed: "上次未计 {missed}：{why}",
};
const report = (more) => reportText(TEXTS, { cut: false, counted_ms: 0, missed_ms: 0, reason: null, ...more });

test("after a cut it is said what was counted late, what was not, and why", () => {
  assert.deepEqual(report({ cut: true, counted_ms: 32_000 }), { text: "补记 32 秒", kind: "counted" });
  assert.deepEqual(report({ cut: true, counted_ms: 48_000, missed_ms: 12_000 }), { text: "补记 48 秒，未计 12 秒：断线", kind: "missed" });
  assert.deepEqual(report({ cut: true, missed_ms: 12_000, reason: "hidden" }), { text: "未计 12 秒：不在眼前", kind: "missed" });
  assert.equal(report({ cut: true }), null);
});

test("a refusal is said with its cost; a reason without a sentence of its own has one all the same", () => {
  assert.equal(report({ missed_ms: 5_000, reason: "hidden" }).text, "5 秒 没有计时：不在眼前");
  assert.equal(report({ missed_ms: 5_000, reason: "brand_new" }).text, "5 秒 没有计时");
  assert.equal(report({ reason: "hidden" }), null);
});

test("what an earlier page left is said in the same way", () => {
  assert.equal(leftoversText(TEXTS, { counted_ms: 8_000, missed_ms: 0, reason: null }).text, "上次补记 8 秒");
  assert.equal(leftoversText(TEXTS, { counted_ms: 0, missed_ms: 4_000, reason: "never_seen" }).text, "上次未计 4 秒：没有认可");
  assert.equal(leftoversText(TEXTS, { counted_ms: 0, missed_ms: 0, reason: null }), null);
});

const CALM = { begun: true, open: true, runs: true };

for (const [state, now] of [
  ["recording", {}],
  ["paused", { runs: false }],
  ["over", { over: "taken_over", late: true }],
  ["late", { late: true, open: false, stalled: true }],
  ["asking", { begun: false, open: false, asks: true, runs: false }],
  ["connecting", { begun: false, open: false, runs: false }],
  ["connecting", { open: false, failing: true, runs: false }],
  ["paused", { open: false, runs: false }],
  ["floating", { floats: true, stalled: true }],
  ["locked", { stalled: true, waitsForKey: true }],
  ["waiting", { stalled: true, waitsForKey: false }],
  ["done", { done: true, runs: false }],
  ["recording", { done: true }],
  ["day_full", { dayFull: true, runs: false }],
]) {
  test(`the state is ${state} when ${JSON.stringify(now)}`, () => assert.equal(stateOf({ ...CALM, ...now }), state));
}

test("limits warn before they stop, and nought is no limit", () => {
  const policy = { day_limit_ms: 100_000, day_warning_ms: 80_000, idle_after_ms: 60_000 };
  const at = (day, idle) => limits(policy, day, idle);
  assert.deepEqual([at(79_999, 0).dayNear, at(80_000, 0).dayNear, at(100_000, 0).dayNear], [false, true, false]);
  assert.deepEqual([at(99_999, 0).dayFull, at(100_000, 0).dayFull], [false, true]);
  assert.deepEqual([at(0, 39_000).idleSoon, at(0, 40_000).idleSoon, at(0, 60_000).idleSoon], [false, true, false]);
  assert.equal(at(0, 60_000).idleOver, true);
  const none = limits({ day_limit_ms: 0, day_warning_ms: 0, idle_after_ms: 0 }, 10 ** 9, 10 ** 9);
  assert.deepEqual([none.dayFull, none.dayNear, none.idleSoon, none.idleOver], [false, false, false, false]);
});

test("a position lies in the last stretch that begins at or before it", () => {
  const starts = [0, 24_000, 48_000];
  assert.deepEqual([0, 23_999, 24_000, 47_000, 48_000, 999_999].map((ms) => stretchAt(starts, ms)), [0, 0, 1, 1, 2, 2]);
});

test("a position is found in the sheets of small pictures", () => {
  const sprite = { urls: ["a", "b"], interval_ms: 10_000, columns: 2, rows: 2, count: 6, width: 160, height: 90 };
  assert.deepEqual(tileAt(sprite, 0), { url: "a", x: 0, y: 0 });
  assert.deepEqual(tileAt(sprite, 35_000), { url: "a", x: 160, y: 90 });
  assert.deepEqual(tileAt(sprite, 59_999), { url: "b", x: 160, y: 0 });
  assert.deepEqual(tileAt(sprite, 600_000), { url: "b", x: 160, y: 0 });
});

test("a position lies in the chapter that began last", () => {
  const chapters = [{ start_ms: 1_000 }, { start_ms: 5_000 }];
  assert.deepEqual([0, 1_000, 4_999, 5_000].map((ms) => chapterAt(chapters, ms)), [-1, 0, 0, 1]);
});

test("a lesson is done when its last full second is counted", () => {
  assert.deepEqual([isDone(93_999, 94_200), isDone(94_000, 94_200), isDone(0, 0)], [false, true, false]);
});
