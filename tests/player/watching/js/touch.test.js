import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Choices } from "../choices.js";
import { Pace } from "../pace.js";
import { Taps } from "../touch.js";
import { World } from "./world.js";

let world, heard, taps;

beforeEach(() => {
  world = new World();
  heard = [];
  taps = new Taps({ tap: () => heard.push("tap"), double: (way) => heard.push(way) }, world);
});

test("one tap in the middle acts at once, at a side after it is sure that no second follows", () => {
  taps.tap(0.5);
  assert.equal(world.ring(), 0);
  taps.tap(0.1);
  assert.deepEqual(heard, ["tap"]);
  assert.equal(world.ring(), 300);
  assert.deepEqual(heard, ["tap", "tap"]);
});

test("two taps at a side go back or on, a third goes further", () => {
  taps.tap(0.9);
  world.time += 200;
  taps.tap(0.95);
  world.time += 200;
  taps.tap(0.9);
  assert.deepEqual(heard, [1, 1]);
  assert.equal(world.timers.size, 0);
});

test("taps at two sides, or too slow, are two taps", () => {
  taps.tap(0.1);
  taps.tap(0.9);
  world.time += 400;
  taps.tap(0.9);
  assert.deepEqual(heard, []);
});

test("a burst, then so many a second", () => {
  const pace = new Pace(2, 10, world.now);
  assert.deepEqual([pace.take(), pace.take(), pace.take()], [true, true, false]);
  world.time += 100;
  assert.deepEqual([pace.take(), pace.take()], [true, false]);
});

test("choices are kept in the browser, and forgotten where it keeps nothing", () => {
  const values = new Map();
  const storage = { getItem: (k) => values.get(k) ?? null, setItem: (k, v) => values.set(k, v) };
  new Choices(storage).set("volume", 40);
  assert.equal(new Choices(storage).get("volume", 100), 40);
  assert.equal(new Choices(storage).get("size", ""), "");
  const forbidden = { getItem: () => { throw new Error("forbidden"); }, setItem: () => { throw new Error("full"); } };
  const choices = new Choices(forbidden);
  choices.set("volume", 40);
  assert.equal(choices.get("volume", 100), 40);
});
