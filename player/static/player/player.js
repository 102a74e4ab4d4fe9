/**
 * The lesson player: joins the picture, the controls and the line to the server. The markup is `player/_player.html`.
 *
 * Every figure shown comes from the server. The page only declares where it is and whether the picture runs in sight.
 */
import { BeatLine } from "./beat.js";
import { Controls } from "./controls.js";
import { Panel } from "./panel.js";
import { SeekBar } from "./seek_bar.js";
import { Seeker } from "./seeker.js";
import { merge } from "./spans.js";
import { Streams } from "./streams.js";

const TICK_MS = 250;
const LATE_MS = 5_000; // a beat unanswered for so long is said aloud
const SPARE_MS = 20_000; // playing stops so long before the server forgets a session that it does not hear
const POLICY = { beat_interval_ms: 5_000, idle_interval_ms: 20_000, seek_tolerance_ms: 2_000, resumable_ms: 60_000 };

class Player {
  constructor(element) {
    this.element = element;
    this.parts = Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.texts = { ...this.parts.texts.dataset };
    this.data = JSON.parse(element.querySelector("script[type='application/json']").textContent);
    this.video = this.parts.video;
    Object.assign(this, { spans: this.data.spans, policy: POLICY, wanted: false, beatAt: 0, undo: new AbortController() });
    this.panel = new Panel(this.parts, this.texts, () => location.reload());
    const { duration_ms: durationMs, resume_ms: resumeMs, furthest_ms: furthestMs } = this.data;
    this.seeker = new Seeker(this.video, { durationMs, resumeMs, furthestMs }, {
      left: (positionMs) => this.beat({ seeking: true, position_ms: positionMs }),
      landed: () => this.beat(),
      heldBack: () => this.panel.notice(this.texts.held_back),
    });
    this.bar = new SeekBar(this.parts.seek, durationMs, this.texts, (ms) => this.seek(ms));
    this.controls = new Controls(element, this.video, this.parts, this.texts, {
      toggle: () => this.toggle(),
      seekBy: (ms) => this.seek(this.seeker.positionMs + ms),
      size: (height) => this.streams?.choose(height),
    });
    this.connectLine();
    this.listen();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.bar.showSpans(this.spans);
    this.controls.showPlaying();
    this.tick();
  }

  get runs() {
    return !this.video.paused && !this.video.ended;
  }

  connectLine() {
    const address = new URL(this.data.socket_path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.line = new BeatLine(address.href, {
      hello: (frame) => this.greeted(frame),
      reply: (frame) => this.answered(frame),
      over: (reason) => this.over(reason),
      change: () => this.showState(),
    });
    this.line.connect();
  }

  listen() {
    const listen = (target, name, deed) => target.addEventListener(name, deed, { signal: this.undo.signal });
    listen(this.video, "play", () => this.started());
    listen(this.video, "playing", () => { this.seeker.landed = true; });
    listen(this.video, "pause", () => this.beat());
    listen(this.video, "ended", () => this.beat());
    listen(this.video, "seeking", () => this.seeker.jumps());
    listen(this.video, "seeked", () => this.seeker.arrives());
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
    this.video.play().catch(() => { this.wanted = false; });
  }

  started() {
    this.wanted = true;
    if (this.line.open && document.visibilityState === "visible") this.beat();
    else this.video.pause();
  }

  seek(ms) { if (!this.line.over) this.seeker.seek(ms); }

  looked() {
    if (document.visibilityState === "visible") this.line.hurry();
    else if (this.runs) {
      this.video.pause();
      this.wanted = false;
      this.panel.notice(this.texts.away);
    }
    this.beat();
  }

  leave() {
    this.video.pause();
    this.beat({ leaving: true });
    this.line.post(this.data.beat_url, this.element.querySelector("[name=csrfmiddlewaretoken]").value);
  }

  beat(declared = {}) {
    this.beatAt = performance.now();
    this.line.beat({
      position_ms: this.seeker.positionMs,
      playing: this.runs,
      visible: document.visibilityState === "visible",
      rate_percent: Math.max(1, Math.round(this.video.playbackRate * 100)),
      ...(this.video.seeking ? { seeking: true } : {}),
      ...declared,
    });
  }

  tick() {
    this.seeker.follow();
    const interval = this.runs ? this.policy.beat_interval_ms : this.policy.idle_interval_ms;
    // What plays while the line is cut is told as well, beat by beat: one long stride would not count in full.
    const due = performance.now() - this.beatAt > interval - TICK_MS / 2;
    if (due && (this.line.open || this.runs)) this.beat();
    if (this.runs && this.line.unansweredMs() > this.policy.resumable_ms - SPARE_MS) {
      this.video.pause();
      this.panel.notice(this.texts.offline);
    }
    this.controls.showTime(this.seeker.lastMs, this.data.duration_ms);
    this.bar.showPosition(this.seeker.lastMs, this.seeker.reach);
    this.showState();
  }

  greeted(frame) {
    this.policy = frame.policy;
    this.spans = frame.spans;
    this.streams ??= this.begin(frame.resume_ms);
    this.showCount(frame);
    this.beat();
    if (this.wanted && !this.runs && document.visibilityState === "visible") this.play();
  }

  /** The page was made while the last beat of the one before was under way: where to resume, the greeting knows better. */
  begin(resumeMs) {
    this.seeker.lastMs = resumeMs;
    return new Streams(this.video, this.data.master_url, resumeMs / 1000, (sizes) => this.controls.showSizes(sizes));
  }

  answered(frame) {
    this.spans = merge([...this.spans, ...frame.spans]);
    this.showCount(frame);
    if (frame.reason === "rate_too_fast") this.panel.notice(this.texts.too_fast);
    if (frame.go_back_to_ms !== undefined) this.seeker.goBack(frame.go_back_to_ms, this.policy.seek_tolerance_ms);
  }

  over(reason) {
    this.video.pause();
    this.streams?.stop();
    this.panel.showOver(reason);
  }

  showCount(frame) {
    this.seeker.furthestMs = Math.max(this.seeker.furthestMs, frame.furthest_ms);
    this.panel.showCounted(frame.counted_ms);
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
    this.line.close();
    for (const part of [this.streams, this.controls, this.panel]) part?.destroy();
  }
}

export function connect(element) {
  const player = new Player(element);
  return () => player.destroy();
}
