/** The two ways to the server: a socket, and POST where sockets do not come up. Neither knows what a beat means. */

const GREETING_MS = 5_000; // a proxy may hold a handshake for ever

/** One socket at a time. `on.open(hello)`, `on.frame(frame)`, `on.lost(code)`: never told of a socket that was given up. */
export class SocketWay {
  constructor(url, on, world) {
    Object.assign(this, { url, on, world, socket: null, greeted: false });
  }

  get busy() { return this.socket !== null; }

  connect() {
    if (this.socket) return;
    let socket;
    try {
      socket = new this.world.WebSocket(this.url);
    } catch {
      this.on.lost(0); // sockets are forbidden here
      return;
    }
    this.socket = socket;
    this.greeted = false;
    this.timer = this.world.setTimeout(() => { if (socket === this.socket && !this.greeted) this.#lost(0); }, GREETING_MS);
    socket.onmessage = (event) => { if (socket === this.socket) this.#take(JSON.parse(event.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.#lost(event.code); };
  }

  send(frame) {
    if (this.greeted) this.socket.send(JSON.stringify(frame));
  }

  drop() {
    const socket = this.socket;
    this.world.clearTimeout(this.timer);
    this.socket = null;
    this.greeted = false;
    socket?.close();
  }

  #take(frame) {
    if (frame.type !== "hello") {
      this.on.frame(frame);
      return;
    }
    this.greeted = true;
    this.world.clearTimeout(this.timer);
    this.on.open(frame);
  }

  #lost(code) {
    this.drop();
    this.on.lost(code);
  }
}

/**
 * Ask by POST. Answers `{ frames }`, `{ retryMs }` (not now), `{ over: reason }` (never again) or `{ lost: true }` (no network).
 * `token`: what Django wants of a form.
 */
export class PostWay {
  constructor(url, token, world) {
    Object.assign(this, { url, token, world });
  }

  /** Where the session stands. */
  async hello() {
    return this.#ask({ method: "GET", headers: { Accept: "application/json" } });
  }

  /** Send 1 to 400 beats in order, or one other frame. */
  async send(frames) {
    return this.#ask(this.#request(frames));
  }

  /** Send what waits from a page that is going away; nobody will hear the answer. */
  farewell(frames) {
    if (frames.length === 1) {
      const form = new FormData();
      form.set("beat", JSON.stringify(frames[0]));
      form.set("csrfmiddlewaretoken", this.token);
      this.world.beacon(this.url, form);
    } else if (frames.length) {
      this.world.fetch(this.url, { ...this.#request(frames), keepalive: true }).catch(() => {});
    }
  }

  #request(frames) {
    const body = frames.length === 1 ? frames[0] : { type: "beats", beats: frames };
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token };
    return { method: "POST", headers, body: JSON.stringify(body) };
  }

  async #ask(request) {
    let answer, body;
    try {
      answer = await this.world.fetch(this.url, { credentials: "same-origin", ...request });
      body = await answer.json().catch(() => ({}));
    } catch {
      return { lost: true };
    }
    if (answer.ok) return { frames: body.replies ?? [body] };
    if (body.type === "retry") return { retryMs: body.after_ms };
    if (answer.status === 429) return { retryMs: 5_000 };
    if (answer.status >= 500) return { lost: true };
    return { over: body.reason ?? "other" };
  }
}
