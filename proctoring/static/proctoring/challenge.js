/**
 * One check: opens the camera and the socket, sends pictures, shows what to do, tells what was judged.
 *
 * The panel is `proctoring/_check_panel.html`; its words stand in `data-` attributes of its `[data-part=words]`. Nothing is
 * judged here.
 */
import { Camera } from "./camera.js";
import { packFrame } from "./frames.js";
import { Lights } from "./lights.js";

const SILENT_MS = 15_000;
const BUFFERED_BYTES = 200_000; // a slow line: a picture that would wait behind others is not sent

export class Challenge {
  /** ended: called once with {passed, state, reasons} or {broken: code}: no_camera, refused, lost, line, over, left, … */
  constructor(panel, checkUuid, ended) {
    this.parts = Object.fromEntries([...panel.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.words = this.parts.words.dataset;
    Object.assign(this, { panel, checkUuid, tellEnded: ended, seq: 0, nonce: "", over: false, step: 0, steps: [], lights: new Lights(panel) });
  }

  async start() {
    this.panel.dataset.state = "opening";
    this.say("opening");
    if (!Camera.exists) { this.end({ broken: "no_camera" }); return; }
    this.camera = new Camera(this.parts.preview, { width: 640, height: 480 }, () => this.end({ broken: "lost" }));
    try {
      this.facts = await this.camera.open();
    } catch (error) {
      this.end({ broken: error.name === "NotAllowedError" ? "refused" : "no_camera" });
      return;
    }
    if (this.over) { this.camera.close(); return; }
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/face/${this.checkUuid}/`);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => { if (!this.over) this.end({ broken: event.code === 4408 ? "over" : "line" }); });
    this.heard = performance.now();
    this.watch = setInterval(() => { if (performance.now() - this.heard > SILENT_MS && this.nonce) this.end({ broken: "line" }); }, 1000);
  }

  hear(frame) {
    this.heard = performance.now();
    this[`on_${frame.type}`]?.(frame);
  }

  on_hello(frame) {
    this.picture = frame.picture;
    this.begin();
  }

  begin() {
    this.socket.send(JSON.stringify({ type: "begin", camera: this.facts, ...(this.lights.unwanted ? { still: true } : {}) }));
  }

  on_challenge(frame) {
    this.lights.show(frame.lights ?? []);
    Object.assign(this, { nonce: frame.nonce, steps: frame.steps, step: 0, seq: 0, began: performance.now(), endsMs: frame.ends_ms });
    this.panel.dataset.state = "running";
    this.panel.scrollIntoView({ block: "nearest" }); // the picture has made it taller: what to do must not lie below the fold
    this.showStep();
    this.send = setInterval(() => this.sendPicture(), 1000 / this.picture.per_second);
    this.clock = setInterval(() => this.tick(), 250);
  }

  on_guide(frame) {
    if (frame.done !== this.step) { this.step = frame.done; this.showStep(); }
    this.parts.guide.textContent = this.words[`guide_${frame.code}`] ?? "";
    this.parts.guide.dataset.code = frame.code;
  }

  on_wait(frame) {
    this.endsMs += frame.after_ms;
    this.parts.guide.textContent = this.words.guide_wait;
  }

  on_refused(frame) { this.end({ broken: frame.code }); }

  on_verdict(frame) {
    this.stopSending();
    this.nonce = ""; // nothing more is said until another try begins: silence is no broken line
    if (frame.passed || frame.state !== "asked") { this.end(frame); return; }
    this.panel.dataset.state = "failed";
    const why = frame.reasons.map((code) => this.words[`reason_${code}`]).filter(Boolean);
    this.parts.step.textContent = frame.tries_left ? this.words.again_left.replace("{n}", frame.tries_left) : this.words.again;
    this.parts.guide.textContent = why[0] ?? this.words.reason_other;
    this.offer(true);
    this.parts.retry.onclick = () => {
      this.offer(false);
      this.begin();
    };
    if (this.parts.leave) this.parts.leave.onclick = () => {
      this.end({ broken: "left" });
      this.panel.hidden = true;
    };
    this.panel.scrollIntoView({ block: "nearest" });
    this.parts.retry.focus({ preventScroll: true });
  }

  /** Show or hide what can be done after a try that was not passed. */
  offer(shown) {
    for (const name of ["retry", "leave"]) if (this.parts[name]) this.parts[name].hidden = !shown;
  }

  async sendPicture() {
    if (this.busy || this.socket.readyState !== WebSocket.OPEN || this.socket.bufferedAmount > BUFFERED_BYTES) return;
    this.busy = true;
    const { nonce } = this;
    const jpeg = await this.camera.jpeg(this.picture.largest_bytes);
    this.busy = false;
    if (!jpeg || this.over || nonce !== this.nonce || !this.send) return;
    this.seq += 1;
    this.socket.send(packFrame(nonce, this.seq, performance.timeOrigin + performance.now(), jpeg));
  }

  tick() {
    const leftMs = this.endsMs - (performance.now() - this.began);
    this.parts.left.textContent = String(Math.max(0, Math.ceil(leftMs / 1000)));
    if (leftMs > 0) return;
    this.stopSending();
    this.say("judging");
    this.socket.send(JSON.stringify({ type: "end", nonce: this.nonce }));
  }

  showStep() {
    const step = this.steps[this.step];
    if (!step) { this.say("judging"); return; }
    this.parts.step.textContent = this.words[`action_${step.action}`] ?? step.action;
    this.parts.steps.textContent = `${this.step + 1} / ${this.steps.length}`;
    this.panel.dataset.action = step.action;
  }

  say(name) { this.parts.step.textContent = this.words[name]; }

  stopSending() {
    this.lights.stop();
    clearInterval(this.send);
    clearInterval(this.clock);
    this.send = null;
  }

  end(result) {
    if (this.over) return;
    this.over = true;
    this.offer(false);
    this.stopSending();
    clearInterval(this.watch);
    this.camera?.close();
    this.socket?.close();
    this.panel.dataset.state = result.passed ? "passed" : "ended";
    this.parts.step.textContent = result.passed ? this.words.passed : this.words[`broken_${result.broken}`] ?? this.words.not_passed;
    this.parts.guide.textContent = "";
    this.tellEnded(result);
  }

  /** Stop without a result: the page goes another way. */
  cancel() {
    this.tellEnded = () => {};
    this.end({ broken: "line" });
  }
}
