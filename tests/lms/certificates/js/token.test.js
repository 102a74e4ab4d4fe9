import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { prepare, read } from "../certificates/token.js";

const { key, text, other } = JSON.parse(readFileSync(new URL("./signed.json", import.meta.url), "utf8"));
const own = crypto.subtle.importKey.bind(crypto.subtle);

/** Take Ed25519 away from this runtime, as browsers before 2025 have none. */
function without() {
  crypto.subtle.importKey = async (...rest) => {
    if (rest[2]?.name === "Ed25519") throw new DOMException("unrecognised", "NotSupportedError");
    return own(...rest);
  };
}

function broken(text) {
  const [body, signature] = text.split(".");
  const turned = signature[5] === "A" ? "B" : "A";
  return `${body}.${signature.slice(0, 5)}${turned}${signature.slice(6)}`;
}

for (const [way, arrange] of [["WebCrypto", () => {}], ["the library", without]]) {
  test(`by ${way}: what was signed is read, and nothing else`, async () => {
    arrange();
    await prepare(key);
    const claim = await read(text, key);
    assert.equal(claim.number, "演示-1");
    assert.equal(claim.version, 2);
    for (const wrong of [broken(text), other, `${text.split(".")[0]}.`, `.${text.split(".")[1]}`, "x.y", "", "a.b.c", `${text}AA`]) {
      assert.equal(await read(wrong, key), null, wrong);
    }
  });
}
