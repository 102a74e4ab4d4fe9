/**
 * Making up held time: counts how much of the held stretch plays again, and in its course asks for a check that releases it.
 *
 * When it asks is drawn here: whoever wants may be checked at once by the other ways, so there is nothing to gain by knowing.
 * The markup is `classroom/_make_up.html`.
 */
import { Challenge } from "../proctoring/challenge.js";
import { chime } from "./chime.js";

const LONGEST_STEP = 2; // seconds between two tellings of the film; more is a jump, and was not watched
const [EARLIEST, LATEST] = [0.5, 0.9];

class MakeUp {
  constructor(element) {
    this.element = element;
    this.parts = Object.fromEntries([...element.querySelectorAll("[data-make-up]")].map((part) => [part.dataset.makeUp, part]));
    this.panel = element.querySelector("[data-check-panel]");
    this.film = document.querySelector("[data-part=frame] video");
    this.spans = JSON.parse(element.querySelector("#make-up-spans").textContent);
    this.length = this.spans.reduce((sum, [from, until]) => sum + until - from, 0);
    this.needed = this.length * (EARLIEST + (LATEST - EARLIEST) * Math.random());
    Object.assign(this, { seen: 0, last: null, asks: false, done: false, running: null, undo: new AbortController() });
    const { signal } = this.undo;
    this.film.addEventListener("timeupdate", () => this.tell(), { signal });
    this.film.addEventListener("play", () => { if (this.asks) this.film.pause(); }, { signal });
    this.parts.begin?.addEventListener("click", () => this.begin(), { signal });
    window.addEventListener("pagehide", () => this.running?.cancel(), { signal });
  }

  tell() {
    const now = this.film.currentTime;
    const step = this.last === null ? 0 : now - this.last;
    this.last = now;
    if (this.asks || this.done || step <= 0 || step > LONGEST_STEP) return;
    if (this.spans.some(([from, until]) => now >= from && now - step <= until)) this.seen += step;
    this.parts.progress.value = Math.min(1, this.seen / this.length);
    const planned = document.querySelector("[data-presence=sheet]"); // one check at a time
    if (this.seen >= this.needed && (!planned || planned.hidden)) this.ask();
  }

  ask() {
    this.asks = true;
    this.film.pause();
    if (document.fullscreenElement) document.exitFullscreen();
    this.say("asking");
    this.parts.ways.hidden = false;
    chime();
    this.element.scrollIntoView({ block: "center" });
    (this.parts.begin ?? this.parts.ways.querySelector("a")).focus();
  }

  async begin() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(this.element.dataset.againUrl, {
      method: "POST", body: new URLSearchParams({ way: "make_up" }), headers: { "X-CSRFToken": token },
    }).catch(() => null);
    if (!answer?.ok) { this.say(answer ? "closed" : "notPassed"); return; }
    const { check } = await answer.json();
    this.panel.hidden = false;
    this.parts.ways.hidden = true;
    this.running = new Challenge(this.panel, check, (result) => this.hear(result));
    this.running.start();
  }

  hear(result) {
    this.running = null;
    if (!result.passed) {
      this.say("notPassed");
      this.parts.ways.hidden = false;
      return;
    }
    Object.assign(this, { asks: false, done: true });
    this.panel.hidden = true;
    this.parts.progress.value = 1;
    this.parts.after.hidden = false;
    this.element.classList.remove("attention");
    this.say("passed");
    this.film.play().catch(() => {});
  }

  say(name) { this.parts.words.textContent = this.parts.words.dataset[name]; }

  destroy() {
    this.undo.abort();
    this.running?.cancel();
  }
}

export function connect(element) {
  const makeUp = new MakeUp(element);
  return () => makeUp.destroy();
}
