/**
 * The lesson player: joins the picture, the controls and the session. The markup is `player/_player.html`.
 *
 * Every figure shown comes from the server. The page only declares where it is and whether the picture runs in sight.
 */
import { Attendance } from "./attendance.js";
import { Choices } from "./choices.js";
import { Lock } from "./lock.js";
import { Panel } from "./panel.js";
import { Pulse } from "./pulse.js";
import { Screen } from "./screen.js";
import { Seeker } from "./seeker.js";
import { Session } from "./session.js";
import { Sheet } from "./sheet.js";
import { isDone, stateOf } from "./state.js";
import { Streams } from "./streams.js";
import { Talk } from "./talk.js";

const TICK_MS = 250;
const STALLED_MS = 700; // a shorter stop is no waiting

class Player {
  constructor(element) {
    this.parts = Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.texts = { ...this.parts.texts.dataset };
    this.data = JSON.parse(element.querySelector("script[type='application/json']").textContent);
    this.video = this.parts.video;
    Object.assign(this, { element, wanted: false, stalledAt: null, undo: new AbortController() });
    this.build(element.querySelector("[name=csrfmiddlewaretoken]").value);
    this.listen();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.showFigures();
    this.tick();
    this.session.begin();
  }

  get runs() { return !this.video.paused && !this.video.ended; }
  build(token) {
    const { data, parts, texts, video } = this;
    this.panel = new Panel(parts, texts);
    this.talk = new Talk(new Sheet(parts), this.panel, texts);
    this.session = new Session({ data, token, native: Streams.native }, {
      begun: (ticket) => this.begun(ticket),
      greeted: () => this.greeted(),
      figures: () => this.showFigures(),
      reason: (reason) => this.talk.reason(reason),
      report: (report) => { if (!this.attendance.forgives) this.talk.report(report); },
      goBack: (ms) => this.seeker.goBack(ms, this.session.policy.seek_tolerance_ms),
      over: (reason) => this.over(reason),
      elsewhere: (body) => this.talk.elsewhere(body, () => { this.wanted = true; this.session.takeOver(); }),
      locked: (url) => location.assign(`${url}?next=${encodeURIComponent(location.pathname)}`),
      leftovers: (sum) => this.talk.leftovers(sum),
      change: () => this.showState(),
    });
    this.seeker = new Seeker(video, { durationMs: data.duration_ms, resumeMs: data.resume_ms }, () => this.serverReach, {
      left: (positionMs) => this.beat({ seeking: true, position_ms: positionMs }),
      landed: () => this.beat(),
      heldBack: () => this.talk.notice("held_back"),
    });
    this.attendance = new Attendance(this);
    this.presence = this.attendance.presence;
    this.pulse = new Pulse(this);
    this.lock = new Lock(parts, data, token, { locked: () => { this.halt(); this.beat({ leaving: true }); }, unlocked: () => this.session.hurry() });
    this.screen = new Screen(this.element, parts, texts, data, new Choices(), {
      toggle: () => this.toggle(),
      seek: (ms) => this.seek(ms),
      seekBy: (ms) => this.seek(this.seeker.positionMs + ms),
      size: (name) => this.streams?.choose(name),
    });
  }

  get serverReach() {
    const { figures, policy } = this.session;
    return { furthestMs: figures.furthest_ms, spans: figures.spans, seek: policy.seek };
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
    // Before the next page is asked for: it opens a session of its own, and this one's last seconds would come too late.
    listen(window, "beforeunload", () => this.beat({ leaving: true }));
    listen(window, "pagehide", () => this.leave());
    listen(window, "pageshow", (event) => { if (event.persisted) this.comesBack(); });
    listen(window, "online", () => this.session.hurry({ anew: true }));
  }

  toggle() {
    if (this.session.over) return;
    this.wanted = !this.runs && !(this.wanted && !this.session.open);
    if (this.wanted) this.play();
    else this.video.pause();
    this.showState();
  }

  /** Play as soon as the server hears: what runs before that could not be counted. */
  play() {
    if (!this.session.open) return;
    if (this.video.ended) this.seek(0);
    this.video.play().catch(() => { this.wanted = false; });
  }

  /** The picture runs, by whosever order. What could not count stops again. */
  started() {
    this.wanted = true;
    const mayRun = this.attendance.mayRun();
    if (!this.session.open || this.session.over || this.lock.locked) this.video.pause();
    else if (!mayRun) this.halt();
    else this.beat();
  }

  halt() {
    this.wanted = false;
    this.video.pause();
  }

  seek(ms) { if (!this.session.over) this.seeker.seek(ms); }

  leave() {
    this.video.pause();
    this.beat({ leaving: true });
    this.session.leave();
  }

  comesBack() {
    if (this.session.comesBack()) this.session.hurry({ anew: true });
    else location.reload();
  }

  beat(declared) { this.pulse.beat(declared); }

  tick() {
    this.seeker.follow();
    this.session.tick();
    this.pulse.tick();
    this.attendance.tick();
    this.lock.tick(this.session.policy.lock_after_ms, this.presence.idleMs, this.runs);
    this.screen.showPosition(this.seeker.lastMs, this.seeker.reach);
    this.screen.showSpans(this.session.figures.spans, this.session.pendingSpans);
    this.showState();
  }

  /** The page was made while the last beat of the one before was under way: where to resume, the greeting knows better. */
  begun(ticket) {
    const { resume_ms: resumeMs, policy } = ticket.hello;
    const startMs = this.seeker.begin(location.search, resumeMs);
    this.screen.mark(ticket.session_uuid);
    this.streams = new Streams(this.video, ticket.master_url, { startMs, lookAheadMs: policy.look_ahead_ms }, (sizes) => {
      const kept = this.screen.showSizes(sizes);
      if (kept) this.streams.choose(kept);
    });
    this.session.holds(this.streams.segments);
  }

  greeted() {
    this.beat();
    if (this.wanted && !this.runs && this.presence.shown) this.play();
  }

  over(reason) {
    this.video.pause();
    this.streams?.stop();
    this.talk.over(reason);
    this.parts.frame.dispatchEvent(new CustomEvent("player:over", { detail: { reason }, bubbles: true }));
  }

  showFigures() {
    this.panel.showFigures(this.session.figures, this.data.duration_ms);
    this.streams?.unlocked();
  }

  showState() {
    const stands = this.runs && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    this.stalledAt = stands ? (this.stalledAt ?? performance.now()) : null;
    const { open, over, late, failing, ticket, unsentMs, figures } = this.session;
    this.panel.showWaiting(unsentMs, figures.pending_ms);
    this.panel.showState(stateOf({
      open, over, late, failing, begun: ticket !== null, wanted: this.wanted, runs: this.runs, floats: this.presence.floats, asks: this.talk.asks,
      stalled: stands && performance.now() - this.stalledAt > STALLED_MS,
      waitsForKey: this.streams?.waitsForKey, dayFull: this.attendance.limits.dayFull, done: isDone(figures.counted_ms, this.data.duration_ms),
    }));
  }

  destroy() {
    clearInterval(this.timer);
    this.undo.abort();
    for (const part of [this.streams, this.screen, this.panel, this.attendance, this.lock]) part?.destroy();
    this.session.close();
  }
}

export function connect(element) {
  const player = new Player(element);
  return () => player.destroy();
}
