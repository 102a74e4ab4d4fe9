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

/** Thrown where the browser has no Ed25519. */
export class Unable extends Error {}

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
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", bytesOfHex(key.raw), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Unable("no Ed25519");
  }
  const context = new TextEncoder().encode(key.context);
  const signed = new Uint8Array(context.length + body.length);
  signed.set(context);
  signed.set(body, context.length);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, signed))) return null;
  const fields = JSON.parse(new TextDecoder().decode(body));
  if (!Array.isArray(fields) || fields.length !== FIELDS || fields[0] !== FORMAT) return null;
  const [, number, name, post, validFrom, validTo, version] = fields;
  return { number, name, post, validFrom, validTo, version };
}
