/**
 * The seal of a beat: HMAC-SHA256 over the seal before it and the beat's own words. Protocol: docs/protocols/watching.md.
 *
 * Synchronous, which WebCrypto is not: the last beat of a page that goes away must be sealed before the page is gone.
 */
import "../vendor/js-sha256-1.0.0.min.js";

const { sha256 } = globalThis;
const SEALED = ["seq", "position_ms", "rate_percent", "playing", "visible", "focused", "seeking", "leaving", "stretch", "idle_ms"];

export function toBytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** HMAC-SHA256 as hexadecimal digits; key and message as bytes. */
export function hmac(key, message) {
  return sha256.hmac.hex(key, message);
}

/** Return the seal that the first beat of a session is chained to. */
export function beginning(beatKey, sessionUuid) {
  return hmac(toBytes(beatKey), new TextEncoder().encode(`zhuxue watch 2 ${sessionUuid}`));
}

/** Return the beat with its `mac`, chained to the seal of the beat before. */
export function seal(beatKey, previousMac, frame) {
  const words = ["beat", ...SEALED.map((name) => Number(frame[name]))].join("|");
  const message = new Uint8Array([...toBytes(previousMac), ...new TextEncoder().encode(words)]);
  return { ...frame, mac: hmac(toBytes(beatKey), message) };
}

/** Return who is learning as a mark that tells nobody's name: what is kept on a shared computer carries it. */
export function markOf(name) {
  return sha256.hex(name).slice(0, 16);
}
