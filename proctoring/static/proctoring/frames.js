/** The binary frame of docs/protocols/proctoring.md: nonce, number, the page's clock, one JPEG. */
export const HEAD_BYTES = 28;

export function packFrame(nonce, seq, sentMs, jpeg) {
  const frame = new Uint8Array(HEAD_BYTES + jpeg.byteLength);
  const head = new DataView(frame.buffer);
  for (let i = 0; i < 16; i += 1) frame[i] = Number.parseInt(nonce.slice(i * 2, i * 2 + 2), 16);
  head.setUint32(16, seq);
  head.setBigUint64(20, BigInt(Math.max(0, Math.round(sentMs))));
  frame.set(new Uint8Array(jpeg), HEAD_BYTES);
  return frame.buffer;
}
