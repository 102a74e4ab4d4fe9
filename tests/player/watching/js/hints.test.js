import assert from "node:assert/strict";
import { test } from "node:test";
import { hintsOf } from "../hints.js";

const WINDOW = { outerWidth: 1280, outerHeight: 800 };

test("a person's browser tells nothing", () => {
  assert.deepEqual(hintsOf({ webdriver: false, userAgent: "Mozilla/5.0 Chrome/130.0" }, WINDOW), []);
  assert.deepEqual(hintsOf({ userAgent: "Mozilla/5.0 Firefox/130.0" }, WINDOW), []);
});

test("a browser that is driven says so in three words at most", () => {
  const driven = { webdriver: true, userAgent: "Mozilla/5.0 HeadlessChrome/130.0" };
  assert.deepEqual(hintsOf(driven, { outerWidth: 0, outerHeight: 0 }), ["webdriver", "headless", "windowless"]);
});

test("half a window, or none that tells its size, is no hint", () => {
  assert.deepEqual(hintsOf({ userAgent: "" }, { outerWidth: 0, outerHeight: 700 }), []);
  assert.deepEqual(hintsOf({ userAgent: "" }, {}), []);
});
