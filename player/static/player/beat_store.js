/**
 * Beats that were not answered yet, on the disk of this browser: they outlive a page that dies. Half an hour, then they are
 * thrown away. Where the browser keeps nothing (private windows), everything works, and a dead page's last beats are lost.
 */
const NAME = "zhuxue-watching";
const KEPT_MS = 30 * 60_000;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function openDatabase() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("sessions", { keyPath: "uuid" });
    request.result.createObjectStore("beats", { keyPath: ["uuid", "seq"] });
  };
  return done(request);
}

const beatsOf = (uuid, from = -Infinity, to = Infinity) => IDBKeyRange.bound([uuid, from], [uuid, to]);

export class BeatStore {
  constructor() {
    this.database = Promise.resolve().then(openDatabase).catch(() => null);
  }

  /** Return the part of the store for one session, as BeatQueue wants it. `session`: uuid, owner, beatUrl, title. */
  of(session) {
    let known = false;
    return {
      keep: (frame) => this.#write(["sessions", "beats"], (sessions, beats) => {
        if (!known) sessions.put({ ...session, at: Date.now() });
        known = true;
        beats.put({ uuid: session.uuid, seq: frame.seq, at: Date.now(), frame });
      }),
      forget: (seq) => this.forget(session.uuid, seq),
    };
  }

  /** Let go of the beats up to a number; of the session too when that is all. */
  forget(uuid, seq) {
    return this.#write(["sessions", "beats"], (sessions, beats) => {
      beats.delete(beatsOf(uuid, -Infinity, seq));
      if (seq === Infinity) sessions.delete(uuid);
    });
  }

  /** Return what earlier pages of this learner left, oldest session first: `{ uuid, beatUrl, title, beats, at }`, `at` the last beat's time. */
  async left(owner) {
    const database = await this.database;
    if (!database) return [];
    try {
      const sessions = await done(database.transaction("sessions").objectStore("sessions").getAll());
      const found = [];
      for (const session of sessions) {
        const rows = await done(database.transaction("beats").objectStore("beats").getAll(beatsOf(session.uuid)));
        const fresh = rows.filter((row) => Date.now() - row.at < KEPT_MS);
        if (!fresh.length && Date.now() - session.at > KEPT_MS) await this.forget(session.uuid, Infinity);
        else if (fresh.length && session.owner === owner) {
          found.push({ ...session, at: fresh.at(-1).at, beats: fresh.map((row) => row.frame) });
        }
      }
      return found.sort((a, b) => a.at - b.at);
    } catch {
      return [];
    }
  }

  /** Write without waiting: what cannot be kept is lost only if the page dies as well. */
  async #write(stores, deed) {
    const database = await this.database;
    if (!database) return;
    try {
      const transaction = database.transaction(stores, "readwrite", { durability: "relaxed" });
      deed(...stores.map((name) => transaction.objectStore(name)));
      await new Promise((resolve) => { transaction.oncomplete = transaction.onabort = transaction.onerror = resolve; });
    } catch {
      // A full disk, or a database that the person has just cleared.
    }
  }
}
