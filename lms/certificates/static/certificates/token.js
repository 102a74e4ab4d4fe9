/**
 * The signed text of a QR code, verified here and nowhere else: `base64url(body).base64url(signature)`.
 *
 * See docs/protocols/verification.md. No DOM.
 */

const FORMAT = 1;
const FIELDS = 7;

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.codePointAt(0));
}

export function bytesOfHex(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
}

/** Thrown where nothing can verify a signature: without WebCrypto there is no SHA-512 either (a page without TLS). */
export class Unable extends Error {}

let library = null;

/** Fetch what this browser lacks while there is a network: a code is often read where there is none. */
export async function prepare(key) {
  if ((await ownKey(bytesOfHex(key.raw))) === null) await fetchLibrary();
}

async function ownKey(raw) {
  try {
    return await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
}

async function fetchLibrary() {
  try {
    library = await import("../vendor/noble-ed25519-2.3.0.js");
  } catch {
    library = null; // asked for again with the next code
  }
}

/** Verify by the browser's own Ed25519; where it has none, by a library. */
async function isSigned(signature, signed, raw) {
  const own = await ownKey(raw);
  if (own) return crypto.subtle.verify({ name: "Ed25519" }, own, signature, signed);
  if (!library) await fetchLibrary();
  if (!library || !globalThis.crypto?.subtle) throw new Unable("no Ed25519");
  try {
    // As strict as RFC 8032 asks, and as WebCrypto is: no points that ZIP 215 alone would take.
    return await library.verifyAsync(signature, signed, raw, { zip215: false });
  } catch {
    return false; // no signature at all: of a wrong length, or no point of the curve
  }
}

/**
 * Return `{ number, name, post, validFrom, validTo, version }`, or null when the text was not signed by this key.
 *
 * @param {string} text what stands after `#`
 * @param {{ raw: string, context: string }} key the public key as hex, and what is signed before the body
 */
export async function read(text, key) {
  const parts = text.split(".");
  if (parts.length !== 2) return null;
  let body;
  let signature;
  try {
    [body, signature] = parts.map(bytesOf);
  } catch {
    return null;
  }
  const context = new TextEncoder().encode(key.context);
  const signed = new Uint8Array(context.length + body.length);
  signed.set(context);
  signed.set(body, context.length);
  if (!(await isSigned(signature, signed, bytesOfHex(key.raw)))) return null;
  const fields = JSON.parse(new TextDecoder().decode(body));
  if (!Array.isArray(fields) || fields.length !== FIELDS || fields[0] !== FORMAT) return null;
  const [, number, name, post, validFrom, validTo, version] = fields;
  return { number, name, post, validFrom, validTo, version };
}
