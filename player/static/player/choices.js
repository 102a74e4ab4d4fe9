/** What this person chose for the player, kept in this browser: volume, silence, size, captions. */
const KEY = "zhuxue-player";

export class Choices {
  constructor(storage) {
    this.storage = storage;
    try {
      this.storage ??= globalThis.localStorage;
      this.values = JSON.parse(this.storage.getItem(KEY)) ?? {};
    } catch {
      this.values = {}; // forbidden, or not ours
    }
  }

  get(name, otherwise) { return this.values[name] ?? otherwise; }

  set(name, value) {
    this.values[name] = value;
    try {
      this.storage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // Chosen for this page only.
    }
  }
}
