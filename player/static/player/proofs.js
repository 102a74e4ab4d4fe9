/** Answers the server's questions: the HMAC of a segment in the clear shows that it was fetched and opened here. */
import { decrypt } from "./aes.js";
import { hmac, toBytes, toHex } from "./mac.js";

/** Return the `proof` frame for `ask`; with an empty `hmac` when the segment is not held any more. `subtle`: WebCrypto or nothing. */
export async function answer(ask, segments, subtle = globalThis.crypto?.subtle) {
  const frame = { type: "proof", nonce: ask.nonce, segment: ask.segment, rendition: "", hmac: "" };
  const held = segments.get(ask.segment);
  if (!held) return frame;
  try {
    const nonce = toBytes(ask.nonce);
    const digits = subtle ? await byWebCrypto(subtle, held, nonce) : hmac(nonce, decrypt(held.data, held.key, held.iv));
    return { ...frame, rendition: held.rendition, hmac: digits };
  } catch {
    return frame; // a key that does not fit: the server asks about another segment
  }
}

async function byWebCrypto(subtle, { data, key, iv }, nonce) {
  const aes = await subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  const clear = await subtle.decrypt({ name: "AES-CBC", iv }, aes, data);
  const seal = await subtle.importKey("raw", nonce, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toHex(new Uint8Array(await subtle.sign("HMAC", seal, clear)));
}
