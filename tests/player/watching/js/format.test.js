import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, fill, roughly, words } from "../format.js";

const texts = { hours: "{h} 小时 {m} 分 {s} 秒", minutes: "{m} 分 {s} 秒", seconds: "{s} 秒" };

test("a length is told in full seconds: what is not full is not counted", () => {
  assert.equal(words(0, texts), "0 秒");
  assert.equal(words(760_999, texts), "12 分 40 秒");
  assert.equal(words(65_000, texts), "1 分 05 秒");
  assert.equal(words(3_605_000, texts), "1 小时 0 分 05 秒");
  assert.equal(words(-5, texts), "0 秒");
});

test("a position is told as a clock", () => {
  assert.equal(clock(760_000), "12:40");
  assert.equal(clock(3_725_000), "1:02:05");
});

test("a place that nothing is known of stays", () => {
  assert.equal(fill("{at} / {whole}", { at: 1 }), "1 / {whole}");
});

test("a long length is told without its seconds", () => {
  const rough = { hours_minutes: "{h} 小时 {m} 分", only_hours: "{h} 小时", only_minutes: "{m} 分钟" };
  assert.equal(roughly(21_600_000, rough), "6 小时");
  assert.equal(roughly(3_900_000, rough), "1 小时 05 分");
  assert.equal(roughly(725_000, rough), "12 分钟");
});
