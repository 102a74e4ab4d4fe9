/** The bar of buttons over the picture, and the keys that do the same. Speed stays at one: only real time counts. */
import { clock } from "./format.js";

const IDLE_MS = 3_000;
const SEEK_KEYS = { ArrowLeft: -5_000, ArrowRight: 5_000, j: -10_000, l: 10_000 };

export class Controls {
  /** `on.toggle()`, `on.seekBy(ms)`, `on.size(height)`: what the learner asks for. */
  constructor(element, video, parts, texts, on) {
    Object.assign(this, { element, video, parts, texts, on, undo: new AbortController() });
    const listen = (target, names, deed) => {
      for (const name of names.split(" ")) target.addEventListener(name, deed, { signal: this.undo.signal });
    };
    listen(parts.play, "click", () => on.toggle());
    listen(parts.big, "click", () => on.toggle());
    listen(video, "click", () => on.toggle());
    listen(parts.mute, "click", () => { video.muted = !video.muted; });
    listen(parts.volume, "input", () => {
      video.volume = Number(parts.volume.value) / 100;
      video.muted = video.volume === 0;
    });
    listen(parts.size, "change", () => on.size(Number(parts.size.value)));
    listen(parts.fullscreen, "click", () => this.#fullscreen());
    listen(video, "volumechange", () => this.#showVolume());
    listen(video, "play pause ended", () => this.showPlaying());
    listen(element, "keydown", (event) => this.#key(event));
    listen(parts.frame, "pointermove pointerdown focusin", () => this.#stir());
    this.#showVolume();
  }

  showTime(positionMs, durationMs) {
    const text = `${clock(positionMs)} / ${clock(durationMs)}`;
    if (this.parts.time.textContent !== text) this.parts.time.textContent = text;
  }

  showSizes(heights) {
    const known = [...new Set(heights)].sort((a, b) => b - a);
    this.parts.size.append(...known.map((height) => new Option(`${height}p`, String(height))));
    this.parts.size.hidden = known.length < 2;
  }

  showPlaying() {
    const playing = !this.video.paused && !this.video.ended;
    this.element.dataset.playing = playing ? "yes" : "no";
    this.parts.play.setAttribute("aria-label", playing ? this.texts.pause : this.texts.play);
    this.parts.big.hidden = playing;
    this.#stir();
  }

  destroy() {
    clearTimeout(this.timer);
    this.undo.abort();
  }

  #showVolume() {
    const silent = this.video.muted || this.video.volume === 0;
    this.parts.mute.setAttribute("aria-pressed", String(silent));
    this.parts.mute.setAttribute("aria-label", silent ? this.texts.unmute : this.texts.mute);
    this.parts.volume.value = silent ? "0" : String(Math.round(this.video.volume * 100));
  }

  /** While it plays, the bar goes away from a hand that rests; never while a key holds the focus inside it. */
  #stir() {
    clearTimeout(this.timer);
    delete this.element.dataset.idle;
    if (this.element.dataset.playing !== "yes") return;
    this.timer = setTimeout(() => {
      if (!this.parts.bar.contains(document.activeElement)) this.element.dataset.idle = "yes";
    }, IDLE_MS);
  }

  #fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.parts.frame.requestFullscreen) this.parts.frame.requestFullscreen();
    else this.video.webkitEnterFullscreen?.(); // iPhones know only this one
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inControl = event.target.matches("button, select, input, a");
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const deeds = { k: () => this.on.toggle(), m: () => this.parts.mute.click(), f: () => this.#fullscreen() };
    if (key === " " && !inControl) this.on.toggle();
    else if (key in deeds) deeds[key]();
    else if (key in SEEK_KEYS && !inControl) this.on.seekBy(SEEK_KEYS[key]);
    else return;
    event.preventDefault();
  }
}
