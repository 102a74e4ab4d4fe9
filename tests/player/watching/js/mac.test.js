import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { beginning, hmac, markOf, seal, toBytes, toHex } from "../mac.js";

const KEY = "9f".repeat(32);
const UUID = "0b6c2f1e-0000-4000-8000-000000000001";
const byNode = (...parts) => parts.reduce((mac, part) => mac.update(part), createHmac("sha256", Buffer.from(KEY, "hex"))).digest("hex");

test("the chain begins with the session's name", () => {
  assert.equal(beginning(KEY, UUID), byNode(`zhuxue watch 2 ${UUID}`));
});

test("a beat is sealed by the words of the protocol, over the seal before it", () => {
  const frame = {
    type: "beat", seq: 42, position_ms: 763_000, rate_percent: 100, playing: true, visible: true, focused: true,
    seeking: false, leaving: false, stretch: 31, idle_ms: 4000,
  };
  const before = beginning(KEY, UUID);
  const sealed = seal(KEY, before, frame);
  assert.equal(sealed.mac, byNode(Buffer.from(before, "hex"), "beat|42|763000|100|1|1|1|0|0|31|4000"));
  assert.deepEqual({ ...sealed, mac: undefined }, { ...frame, mac: undefined });
});

test("bytes and digits are two spellings of the same", () => {
  assert.equal(toHex(toBytes("00ff7a")), "00ff7a");
  assert.equal(hmac(toBytes(KEY), new Uint8Array([1, 2])), byNode(Buffer.from([1, 2])));
});

test("a mark tells people apart and tells no name", () => {
  assert.equal(markOf("张三").length, 16);
  assert.notEqual(markOf("张三"), markOf("李四"));
});
