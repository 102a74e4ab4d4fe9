import assert from "node:assert/strict";
import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { decrypt } from "../aes.js";
import { answer } from "../proofs.js";
import { Segments } from "../segments.js";
import { toHex } from "../mac.js";

function encrypted(clear, key = randomBytes(16), iv = randomBytes(16)) {
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  return { data: new Uint8Array([...cipher.update(clear), ...cipher.final()]), key: new Uint8Array(key), iv: new Uint8Array(iv), rendition: "720" };
}

test("what another implementation encrypts comes out in the clear, whatever its length", () => {
  for (const length of [0, 1, 15, 16, 17, 188, 4096]) {
    const clear = randomBytes(length);
    const { data, key, iv } = encrypted(clear);
    assert.equal(toHex(decrypt(data, key, iv)), toHex(clear));
  }
});

test("what is no whole number of blocks is nothing", () => {
  assert.equal(decrypt(new Uint8Array(15), new Uint8Array(16), new Uint8Array(16)), null);
  assert.equal(decrypt(new Uint8Array(0), new Uint8Array(16), new Uint8Array(16)), null);
});

for (const [how, subtle] of [["WebCrypto", crypto.subtle], ["our own", null]]) {
  test(`a question about a held segment is answered with its HMAC, by ${how}`, async () => {
    const clear = randomBytes(1880);
    const segments = new Segments();
    segments.put(190, encrypted(clear));
    const frame = await answer({ nonce: "77".repeat(16), segment: 190 }, segments, subtle);
    const expected = createHmac("sha256", Buffer.from("77".repeat(16), "hex")).update(clear).digest("hex");
    assert.deepEqual(frame, { type: "proof", nonce: "77".repeat(16), segment: 190, rendition: "720", hmac: expected });
  });
}

test("what is not held, or cannot be opened, is said to be so", async () => {
  const segments = new Segments();
  const nothing = { type: "proof", nonce: "77", segment: 3, rendition: "", hmac: "" };
  assert.deepEqual(await answer({ nonce: "77", segment: 3 }, segments), nothing);
  segments.put(3, { data: new Uint8Array(15), key: new Uint8Array(16), iv: new Uint8Array(16), rendition: "720" });
  assert.deepEqual(await answer({ nonce: "77", segment: 3 }, segments), nothing);
});

test("segments are bounded in number and in bytes, the oldest goes first, a newer copy replaces", () => {
  const segments = new Segments(3, 100);
  const put = (number, bytes) => segments.put(number, { data: new Uint8Array(bytes) });
  for (const number of [1, 2, 3, 4]) put(number, 10);
  assert.equal(segments.get(1), undefined);
  put(2, 20);
  assert.equal(segments.bytes, 40);
  put(5, 90);
  assert.deepEqual([...segments.held.keys()], [5]);
});
