/**
 * Presence in the lesson page: asks the server where it stands, interrupts the film when a check is due, shows the ways.
 *
 * Joins the film (any `video` of the page that is not a camera's) and `proctoring/challenge.js`; neither knows the other. The
 * markup is `classroom/_presence.html`.
 */
import { Challenge } from "../proctoring/challenge.js";
import { chime } from "./chime.js";

const RETRY_MS = 4000;
const NO_UUID = "00000000-0000-0000-0000-000000000000";

class Presence {
  constructor(element) {
    this.element = element;
    this.parts = Object.fromEntries([...element.querySelectorAll("[data-presence]")].map((part) => [part.dataset.presence, part]));
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    this.film = document.querySelector("[data-part=frame] video");
    Object.assign(this, { title: document.title, stands: null, running: null, dueAt: 0, codeUntil: 0, codeOf: null, undo: new AbortController(), timer: null, playing: false });
    this.heldBefore = !this.parts.waits.hidden; // what earlier sittings left
    const { signal } = this.undo;
    this.film?.addEventListener("play", () => { if (this.asks) this.film.pause(); }, { signal });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    window.addEventListener("pagehide", () => this.running?.cancel(), { signal });
    document.addEventListener("player:over", (event) => { if (event.detail.reason === "taken_over") this.retire(); }, { signal });
    this.parts.begin.addEventListener("click", () => this.begin(), { signal });
    this.parts.other.addEventListener("click", () => this.again("other_action"), { signal });
    this.parts.phone.addEventListener("click", () => this.handOver(), { signal });
    this.parts.appeal.addEventListener("click", () => this.appeal(), { signal });
    this.clock = setInterval(() => this.tick(), 500);
    this.follow();
  }

  get asks() { return !this.parts.sheet.hidden; }
  get held() { return this.stands?.held.find((one) => !one.went_on) ?? null; }

  async post(url, fields = {}) {
    const body = new URLSearchParams(fields);
    return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": this.token, Accept: "application/json" } });
  }

  /** Ask for something of a hold or a check; null where it was refused or the line is broken: the sheet says so. */
  async ask(url, uuid, fields, refused) {
    const answer = await this.post(url.replace(NO_UUID, uuid), fields).catch(() => null);
    const body = await answer?.json().catch(() => ({}));
    if (answer?.ok) return body;
    this.parts.words.textContent = body?.message ?? refused ?? this.parts.sheet.dataset.lineWords;
    return null;
  }

  async follow() {
    clearTimeout(this.timer);
    let wait = RETRY_MS;
    try {
      const answer = await this.post(this.element.dataset.url);
      if (answer.status === 200 && !this.undo.signal.aborted) {
        this.stands = await answer.json();
        wait = this.stands.ask_again_ms;
        this.show();
      }
    } catch { /* the line is broken: the player says so, and we ask again */ }
    if (!this.undo.signal.aborted) this.timer = setTimeout(() => this.follow(), wait);
  }

  show() {
    const { check, held, must_answer: mustAnswer } = this.stands;
    this.parts.waits.hidden = mustAnswer || !(held.length || this.heldBefore);
    if (check) this.dueAt = performance.now() + check.left_ms;
    if (this.running) return;
    if (check || mustAnswer) this.interrupt();
    else if (this.asks) this.goOn();
  }

  interrupt() {
    const { check, can_check: canCheck, held } = this.stands;
    const first = !this.asks;
    const late = !check && this.held;
    const { sheet, heading, words, begin, other, appeal, held: list } = this.parts;
    heading.textContent = late ? sheet.dataset.heldHeading : sheet.dataset.dueHeading;
    const { dueWords, heldWords, phoneWords } = sheet.dataset;
    words.textContent = late ? `${this.held.words}${heldWords}` : check?.on_phone ? phoneWords : dueWords;
    this.parts.qr.hidden = !check || check.on_phone || check.uuid !== this.codeOf || performance.now() > this.codeUntil;
    begin.parentElement.hidden = !canCheck;
    begin.textContent = late ? begin.dataset.late : begin.dataset.due;
    other.parentElement.hidden = !canCheck || !late; // the whole item: an empty one would leave a hole among the ways
    appeal.parentElement.hidden = !late;
    list.hidden = held.length === 0;
    sheet.hidden = false;
    sheet.dataset.kind = late ? "held" : "due";
    if (!first) return;
    this.playing = Boolean(this.film) && !this.film.paused;
    this.film?.pause();
    if (document.fullscreenElement) document.exitFullscreen();
    chime();
    sheet.scrollIntoView({ block: sheet.offsetHeight > innerHeight * 0.7 ? "start" : "center" }); // on a phone its buttons must show
    heading.focus();
  }

  goOn() {
    this.parts.sheet.hidden = true;
    this.parts.qr.hidden = true;
    this.parts.panel.querySelector("[data-check-panel]").hidden = true;
    document.title = this.title;
    if (this.playing) this.film?.play().catch(() => {});
    this.playing = false;
  }

  async begin() {
    if (this.stands.check) this.challenge(this.stands.check.uuid);
    else await this.again("again");
  }

  async again(way) {
    const { held } = this;
    if (!held) return;
    const body = await this.ask(this.element.dataset.againUrl, held.uuid, { way });
    if (!body) return;
    if (way === "hand_over") this.showCode(body.check);
    else this.challenge(body.check);
  }

  challenge(uuid) {
    const panel = this.parts.panel.querySelector("[data-check-panel]");
    panel.hidden = false;
    this.parts.ways.hidden = true;
    this.parts.qr.hidden = true; // one way at a time
    this.codeOf = null;
    this.running = new Challenge(panel, uuid, (result) => {
      this.running = null;
      this.parts.ways.hidden = false;
      if (result.passed) { this.stands.held = []; this.goOn(); }
      this.follow();
    });
    this.running.start();
  }

  async handOver() {
    if (this.stands.check) this.showCode(this.stands.check.uuid);
    else await this.again("hand_over");
  }

  async showCode(uuid) {
    const body = await this.ask(this.element.dataset.handOverUrl, uuid);
    if (!body) return;
    this.parts.qr.hidden = false;
    const picture = this.parts.qr.querySelector("img");
    picture.addEventListener("load", () => this.parts.qr.scrollIntoView({ block: "nearest" }), { once: true });
    picture.src = body.picture;
    Object.assign(this, { codeUntil: performance.now() + body.left_ms, codeOf: uuid });
    this.follow();
  }

  async appeal() {
    const { held } = this;
    if (!held) return;
    const body = await this.ask(this.element.dataset.appealUrl, held.uuid, {}, this.parts.sheet.dataset.appealFailed);
    if (!body) return;
    const { answer_due: day } = body;
    const { waitsWords: words } = this.parts;
    if (day) words.textContent = words.dataset.appealed.replace("{day}", day);
    this.follow();
  }

  tick() {
    const { left } = this.parts;
    if (!this.asks) return;
    const seconds = Math.max(0, Math.ceil((this.dueAt - performance.now()) / 1000));
    left.hidden = !this.stands.check || Boolean(this.running);
    const codeLeft = Math.ceil((this.codeUntil - performance.now()) / 1000);
    this.parts.codeLeft.textContent = String(Math.max(0, codeLeft));
    if (codeLeft <= 0) this.parts.qr.hidden = true; // a phone would only be refused
    left.querySelector("b").textContent = String(seconds);
    document.title = Math.floor(performance.now() / 1000) % 2 ? this.title : `● ${this.parts.heading.textContent}`;
    if (this.stands.check && seconds === 0 && !this.running) this.follow();
  }

  /** The lesson goes on elsewhere, and so does a check that waits: the camera here is let go, nothing is failed by it. */
  retire() {
    const { sheet, elsewhere } = this.parts;
    elsewhere.hidden = sheet.hidden;
    sheet.hidden = true;
    this.parts.waits.hidden = true;
    document.title = this.title;
    this.destroy();
  }

  destroy() {
    this.undo.abort();
    clearTimeout(this.timer);
    clearInterval(this.clock);
    this.running?.cancel();
  }
}

export function connect(element) {
  const presence = new Presence(element);
  return () => presence.destroy();
}
