/**
 * AES-128-CBC backwards, for pages that have no WebCrypto (a plain http:// address inside a company): seldom, so small before fast.
 * Rules: FIPS 197, section 5.3.
 */

const double = (byte) => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;

function times(a, b) {
  let product = 0;
  for (let x = a, y = b; y; y >>= 1, x = double(x)) if (y & 1) product ^= x;
  return product;
}

const BOX = new Uint8Array(256); // and its inverse
const UNBOX = new Uint8Array(256);
for (let p = 1, q = 1, first = true; first || p !== 1; first = false) {
  p ^= double(p); // p runs through all bytes but 0, q through their inverses
  for (const shift of [1, 2, 4]) q ^= q << shift;
  q &= 0xff;
  if (q & 0x80) q ^= 0x09;
  const turned = [0, 1, 2, 3, 4].reduce((sum, by) => sum ^ ((q << by) | (q >> (8 - by))), 0x63) & 0xff;
  BOX[p] = turned;
}
BOX[0] = 0x63;
BOX.forEach((box, byte) => { UNBOX[box] = byte; });
const BY = Object.fromEntries([9, 11, 13, 14].map((factor) => [factor, Uint8Array.from({ length: 256 }, (_, byte) => times(byte, factor))]));
// Where each byte of a block stood before its row was shifted.
const UNSHIFTED = Uint8Array.from({ length: 16 }, (_, at) => (at + 12 * (at % 4)) % 16);

function expand(key) {
  const words = Uint8Array.from({ length: 176 }, (_, at) => key[at] ?? 0);
  for (let at = 16, round = 1; at < 176; at += 4) {
    let word = words.slice(at - 4, at);
    if (at % 16 === 0) {
      word = Uint8Array.of(BOX[word[1]] ^ round, BOX[word[2]], BOX[word[3]], BOX[word[0]]);
      round = double(round);
    }
    for (let i = 0; i < 4; i += 1) words[at + i] = words[at - 16 + i] ^ word[i];
  }
  return words;
}

function unmix(state) {
  for (let at = 0; at < 16; at += 4) {
    const [a, b, c, d] = state.subarray(at, at + 4);
    state[at] = BY[14][a] ^ BY[11][b] ^ BY[13][c] ^ BY[9][d];
    state[at + 1] = BY[9][a] ^ BY[14][b] ^ BY[11][c] ^ BY[13][d];
    state[at + 2] = BY[13][a] ^ BY[9][b] ^ BY[14][c] ^ BY[11][d];
    state[at + 3] = BY[11][a] ^ BY[13][b] ^ BY[9][c] ^ BY[14][d];
  }
}

/** Return the text in the clear without its padding, or null where key or data do not fit. All are bytes. */
export function decrypt(data, key, iv) {
  if (data.length === 0 || data.length % 16) return null;
  const words = expand(key);
  const clear = new Uint8Array(data.length);
  const state = new Uint8Array(16);
  const moved = new Uint8Array(16);
  for (let block = 0; block < data.length; block += 16) {
    for (let i = 0; i < 16; i += 1) state[i] = data[block + i] ^ words[160 + i];
    for (let round = 144; round >= 0; round -= 16) {
      moved.set(state);
      for (let i = 0; i < 16; i += 1) state[i] = UNBOX[moved[UNSHIFTED[i]]] ^ words[round + i];
      if (round) unmix(state);
    }
    for (let i = 0; i < 16; i += 1) clear[block + i] = state[i] ^ (block ? data[block - 16 + i] : iv[i]);
  }
  const padding = clear.at(-1);
  return padding >= 1 && padding <= 16 ? clear.subarray(0, clear.length - padding) : null;
}
