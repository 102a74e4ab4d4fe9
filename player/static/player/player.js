/**
 * The lesson player: joins the picture, the controls and the line to the server. The markup is `player/_player.html`.
 *
 * Every figure shown comes from the server. The page only declares where it is and whether the picture runs in sight.
 */
import { BeatLine } from "./beat.js";
import { Controls } from "./controls.js";
import { Panel } from "./panel.js";
import { SeekBar } from "./seek_bar.js";
import { correction, guard } from "./seek_guard.js";
import { merge } from "./spans.js";
import { Streams } from "./streams.js";

const TICK_MS = 250;
const LATE_MS = 5_000; // a beat unanswered for so long is said aloud
const END_SLACK_MS = 1_500; // containers and segments disagree about the last frame

class Player {
  constructor(element) {
    this.element = element;
    this.parts = Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.texts = { ...this.parts.texts.dataset };
    this.data = JSON.parse(element.querySelector("script[type='application/json']").textContent);
    this.video = this.parts.video;
    Object.assign(this, { spans: this.data.spans, furthestMs: this.data.furthest_ms, lastMs: this.data.resume_ms });
    Object.assign(this, { wanted: false, waiting: false, landed: false, beatAt: -Infinity, undo: new AbortController() });
    this.policy = { beat_interval_ms: 5_000, idle_interval_ms: 20_000, seek_tolerance_ms: 2_000, resumable_ms: 60_000 };
    this.panel = new Panel(this.parts, this.texts, () => location.reload());
    this.bar = new SeekBar(this.parts.seek, this.data.duration_ms, this.texts, (ms) => this.seek(ms));
    this.controls = new Controls(element, this.video, this.parts, this.texts, {
      toggle: () => this.toggle(),
      seekBy: (ms) => this.seek(this.positionMs + ms),
      size: (height) => this.streams.choose(height),
    });
    this.streams = new Streams(this.video, this.data.master_url, this.data.resume_ms / 1000, {
      sizes: (heights) => this.controls.showSizes(heights),
      waiting: (waiting) => { this.waiting = waiting; },
    });
    const address = new URL(this.data.socket_path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.line = new BeatLine(address.href, {
      hello: (frame) => this.greeted(frame),
      reply: (frame) => this.answered(frame),
      over: (reason) => this.over(reason),
      change: () => this.showState(),
    });
    this.listen();
    this.line.connect();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.tick();
    this.bar.showSpans(this.spans);
    this.controls.showPlaying();
  }

  get positionMs() {
    if (this.video.ended && Math.abs(this.video.currentTime * 1000 - this.data.duration_ms) < END_SLACK_MS) return this.data.duration_ms;
    // Before the picture has landed where the lesson resumes, its own clock still says nought.
    return this.landed ? Math.min(Math.round(this.video.currentTime * 1000), this.data.duration_ms) : this.lastMs;
  }

  get reach() {
    return { furthestMs: this.furthestMs, positionMs: this.lastMs, durationMs: this.data.duration_ms };
  }

  get runs() {
    return !this.video.paused && !this.video.ended;
  }

  listen() {
    const listen = (target, name, deed) => target.addEventListener(name, deed, { signal: this.undo.signal });
    listen(this.video, "play", () => this.started());
    listen(this.video, "pause", () => this.beat());
    listen(this.video, "ended", () => this.beat());
    listen(this.video, "seeking", () => this.seeking());
    listen(this.video, "seeked", () => { this.landed = true; this.lastMs = this.positionMs; this.beat(); });
    listen(this.video, "playing", () => { this.landed = true; });
    listen(this.video, "ratechange", () => { if (this.video.playbackRate !== 1) this.video.playbackRate = 1; });
    listen(document, "visibilitychange", () => this.looked());
    // Before the next page is asked for: it opens a session of its own, and this one's last seconds would come too late.
    listen(window, "beforeunload", () => this.beat({ leaving: true }));
    listen(window, "pagehide", () => this.leave());
    listen(window, "pageshow", (event) => { if (event.persisted) this.line.hurry(); });
    listen(window, "online", () => this.line.hurry());
  }

  toggle() {
    if (this.line.over) return;
    this.wanted = !this.runs && !(this.wanted && !this.line.open);
    if (this.wanted) this.play();
    else this.video.pause();
    this.showState();
  }

  /** Play as soon as the server hears: what runs before that could not be counted. */
  play() {
    if (!this.line.open) return;
    if (this.video.ended) this.seek(0);
    this.video.play().catch(() => { this.wanted = false; this.showState(); });
  }

  started() {
    this.wanted = true;
    if (this.line.open && document.visibilityState === "visible") this.beat();
    else this.video.pause();
  }

  seek(wantedMs) {
    if (this.line.over) return;
    const { targetMs, heldBack } = guard(wantedMs, this.reach);
    if (heldBack) this.panel.notice(this.texts.held_back);
    if (Math.abs(targetMs - this.positionMs) < TICK_MS) return;
    this.beat({ seeking: true });
    this.lastMs = targetMs;
    this.video.currentTime = targetMs / 1000;
  }

  /** A landing that our own controls did not order: a media key, a script, the player stepping over a hole. */
  seeking() {
    const landedMs = Math.round(this.video.currentTime * 1000);
    if (!this.landed || Math.abs(landedMs - this.lastMs) < TICK_MS) return;
    const backMs = correction(landedMs, this.reach);
    this.beat({ seeking: true, position_ms: this.lastMs });
    this.lastMs = backMs ?? landedMs;
    if (backMs === null) return;
    this.panel.notice(this.texts.held_back);
    this.video.currentTime = backMs / 1000;
  }

  looked() {
    if (document.visibilityState === "visible") {
      this.line.hurry();
    } else if (this.runs) {
      this.video.pause();
      this.wanted = false;
      this.panel.notice(this.texts.away);
    }
    this.beat();
  }

  leave() {
    this.video.pause();
    this.beat({ leaving: true });
    const frame = this.line.lastFrame();
    if (!frame) return;
    const form = new FormData();
    form.set("beat", JSON.stringify(frame));
    form.set("csrfmiddlewaretoken", this.element.querySelector("[name=csrfmiddlewaretoken]").value);
    navigator.sendBeacon(this.data.beat_url, form);
  }

  beat(declared = {}) {
    this.beatAt = performance.now();
    this.line.beat({
      position_ms: this.positionMs,
      playing: this.runs,
      visible: document.visibilityState === "visible",
      rate_percent: Math.max(1, Math.round(this.video.playbackRate * 100)),
      ...(this.video.seeking ? { seeking: true } : {}),
      ...declared,
    });
  }

  tick() {
    if (this.landed && !this.video.seeking) this.lastMs = this.positionMs;
    const interval = this.runs ? this.policy.beat_interval_ms : this.policy.idle_interval_ms;
    if (this.line.open && performance.now() - this.beatAt > interval - TICK_MS / 2) this.beat();
    // A session is kept for a minute without a word; what plays after that would be lost, so stop in time.
    if (this.runs && this.line.unansweredMs() > this.policy.resumable_ms - 20_000) {
      this.video.pause();
      this.panel.notice(this.texts.offline);
    }
    this.controls.showTime(this.lastMs, this.data.duration_ms);
    this.bar.showPosition(this.lastMs, this.reach);
    this.showState();
  }

  greeted(frame) {
    this.policy = frame.policy;
    this.spans = frame.spans;
    this.furthestMs = frame.furthest_ms;
    this.showCount(frame.counted_ms);
    this.beat();
    if (this.wanted && !this.runs && document.visibilityState === "visible") this.play();
  }

  answered(frame) {
    this.spans = merge([...this.spans, ...frame.spans]);
    this.furthestMs = Math.max(this.furthestMs, frame.furthest_ms);
    this.showCount(frame.counted_ms);
    if (frame.reason === "rate_too_fast") this.panel.notice(this.texts.too_fast);
    // Answers of beats that were under way say the same again: go back once.
    if (frame.go_back_to_ms === undefined || this.lastMs <= frame.go_back_to_ms + this.policy.seek_tolerance_ms) return;
    this.panel.notice(this.texts.held_back);
    this.lastMs = frame.go_back_to_ms;
    this.video.currentTime = frame.go_back_to_ms / 1000;
  }

  over(reason) {
    this.video.pause();
    this.streams.stop();
    this.panel.showOver(reason);
  }

  showCount(countedMs) {
    this.panel.showCounted(countedMs);
    this.bar.showSpans(this.spans);
  }

  showState() {
    if (this.line.over) return;
    if (this.line.unansweredMs() > LATE_MS) this.panel.showState("late");
    else if (!this.line.open && (this.wanted || this.line.failures > 0)) this.panel.showState("connecting");
    else if (this.runs && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.panel.showState("waiting");
    else this.panel.showState(this.runs ? "recording" : "paused");
  }

  destroy() {
    clearInterval(this.timer);
    this.undo.abort();
    for (const part of [this.line, this.streams, this.controls, this.panel]) (part.destroy ?? part.close).call(part);
  }
}

export function connect(element) {
  const player = new Player(element);
  return () => player.destroy();
}
