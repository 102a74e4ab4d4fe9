/** The last segments of media that came in, as they came: encrypted, each with the key that opens it. Bounded in number and bytes. */

const MOST = 48; // 32 that were played, and what lies ahead
const MOST_BYTES = 48 * 1024 * 1024;

export class Segments {
  constructor(most = MOST, mostBytes = MOST_BYTES) {
    Object.assign(this, { most, mostBytes, bytes: 0, held: new Map() });
  }

  /** Keep a segment; an older copy of the same number, of whatever size, goes. `data`, `key`, `iv`: bytes. */
  put(number, segment) {
    this.#drop(number);
    this.held.set(number, segment);
    this.bytes += segment.data.byteLength;
    while (this.held.size > this.most || (this.bytes > this.mostBytes && this.held.size > 1)) this.#drop(this.held.keys().next().value);
  }

  get(number) { return this.held.get(number); }

  #drop(number) {
    this.bytes -= this.held.get(number)?.data.byteLength ?? 0;
    this.held.delete(number);
  }
}
