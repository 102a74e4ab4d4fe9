/** The bar of buttons, the taps on the picture, and the keys that do the same. Speed stays at one: only real time counts. */
import { clock } from "./format.js";
import { Taps } from "./touch.js";

const IDLE_MS = 3_000;
const SEEK_KEYS = { ArrowLeft: -5_000, ArrowRight: 5_000, j: -10_000, l: 10_000 };
const VOLUME_KEYS = { ArrowUp: 0.05, ArrowDown: -0.05 };
const TAP_MS = 10_000;
const OTHERS = "a, button, input, select, textarea, summary, dialog, [contenteditable]"; // they have keys of their own

export class Controls {
  /** `on.toggle()`, `on.seekBy(ms)`, `on.size(name)`, `on.captions()`: what the learner asks for. */
  constructor(element, video, parts, texts, choices, on) {
    Object.assign(this, { element, video, parts, texts, choices, on, undo: new AbortController() });
    const listen = (target, names, deed) => {
      for (const name of names.split(" ")) target.addEventListener(name, deed, { signal: this.undo.signal });
    };
    this.taps = new Taps({ tap: () => this.#tapped(), double: (way) => on.seekBy(way * TAP_MS) });
    listen(parts.play, "click", () => on.toggle());
    listen(parts.big, "click", () => on.toggle());
    listen(video, "click", (event) => this.#clicked(event));
    listen(parts.mute, "click", () => { video.muted = !video.muted; });
    listen(parts.volume, "input", () => this.#volume(Number(parts.volume.value) / 100));
    listen(parts.size, "change", () => on.size(parts.size.value));
    listen(parts.float, "click", () => this.#float());
    listen(parts.fullscreen, "click", () => this.#fullscreen());
    listen(video, "volumechange", () => this.#showVolume());
    listen(video, "play pause ended", () => this.showPlaying());
    listen(document, "keydown", (event) => this.#key(event));
    listen(parts.frame, "pointerdown", () => { this.wasIdle = element.dataset.idle === "yes"; });
    listen(parts.frame, "pointermove pointerdown focusin", () => this.#stir());
    video.muted = choices.get("muted", false);
    video.volume = choices.get("volume", 100) / 100;
    parts.float.hidden = !document.pictureInPictureEnabled;
    this.#showVolume();
  }

  showTime(positionMs, durationMs) {
    const text = `${clock(positionMs)} / ${clock(durationMs)}`;
    if (this.parts.time.textContent !== text) this.parts.time.textContent = text;
  }

  /** `sizes`: name and height of each rendition; returns the one that was chosen before, if it is there. */
  showSizes(sizes) {
    const rank = ({ name, height }) => (name === "slides" ? 0 : height);
    const known = [...sizes].sort((a, b) => rank(b) - rank(a));
    const label = ({ name, height }) => (name === "slides" ? this.texts.slides : `${height}p`);
    this.parts.size.append(...known.map((size) => new Option(label(size), size.name)));
    this.parts.size.hidden = known.length < 2;
    const kept = this.choices.get("size", "");
    this.parts.size.value = known.some(({ name }) => name === kept) ? kept : "";
    return this.parts.size.value;
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
    this.choices.set("muted", this.video.muted);
    if (this.video.volume > 0) this.choices.set("volume", Math.round(this.video.volume * 100));
  }

  #volume(part) {
    this.video.volume = Math.min(Math.max(part, 0), 1);
    this.video.muted = this.video.volume === 0;
  }

  /** While it plays, the bar goes away from a hand that rests; never while a key holds the focus inside it. */
  #stir() {
    clearTimeout(this.timer);
    delete this.element.dataset.idle;
    if (this.element.dataset.playing !== "yes") return;
    this.timer = setTimeout(() => {
      if (!this.parts.bar.querySelector(":focus-visible")) this.element.dataset.idle = "yes";
    }, IDLE_MS);
  }

  #clicked(event) {
    if (event.pointerType !== "touch") this.on.toggle();
    else {
      const box = this.video.getBoundingClientRect();
      this.taps.tap((event.clientX - box.left) / box.width);
    }
  }

  /** Where the bar lies over the picture and is away, the first tap of a finger brings it, the next one acts. */
  #tapped() {
    if (!this.wasIdle || getComputedStyle(this.parts.bar).position === "static") this.on.toggle();
  }

  #float() {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else this.video.requestPictureInPicture().catch(() => {});
  }

  #fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.parts.frame.requestFullscreen) this.parts.frame.requestFullscreen();
    else this.video.webkitEnterFullscreen?.(); // iPhones know only this one
  }

  /** Keys work wherever the focus is, but where it means something else by them. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || this.parts.bar.inert) return;
    if (!this.element.contains(event.target) && event.target.closest(OTHERS)) return;
    const inControl = event.target.matches("button, select, input, a");
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const deeds = { k: () => this.on.toggle(), m: () => this.parts.mute.click(), f: () => this.#fullscreen(), c: () => this.on.captions() };
    if (key === " " && !inControl) this.on.toggle();
    else if (key in deeds && !event.target.matches("select")) deeds[key]();
    else if (key in SEEK_KEYS && !inControl) this.on.seekBy(SEEK_KEYS[key]);
    else if (key in VOLUME_KEYS && !inControl && this.element.contains(event.target)) this.#volume(this.video.volume + VOLUME_KEYS[key]);
    else return;
    this.#stir();
    event.preventDefault();
  }
}
