/** What the page says of the counting: the server's figure, what waits beside it, the state, notices, and what a cut has cost. */
import { fill, roughly, words } from "./format.js";

const NOTICE_MS = 8_000;

function say(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

export class Panel {
  /** `parts`: elements by data-part; `texts`: sentences by name. */
  constructor(parts, texts) {
    Object.assign(this, { parts, texts });
  }

  /** Only ever called with figures that came from the server. */
  showFigures({ counted_ms: countedMs, day_counted_ms: dayMs }, durationMs) {
    say(this.parts.counted, words(countedMs, this.texts));
    say(this.parts.day, fill(this.texts.day, { time: roughly(dayMs, this.texts) }));
    this.parts.day.hidden = dayMs < 60_000;
    // For whoever shows it elsewhere on the page.
    this.parts.frame.dispatchEvent(new CustomEvent("player:counted", { detail: { countedMs, durationMs }, bubbles: true }));
  }

  /** Beside the figure, what is not in it yet: `unsentMs` waits for the network, `pendingMs` for a proof. */
  showWaiting(unsentMs, pendingMs) {
    const text = unsentMs ? this.texts.unsent : this.texts.pending;
    say(this.parts.pending, fill(text, { time: words(unsentMs || pendingMs, this.texts) }));
    this.parts.pending.hidden = (unsentMs || pendingMs) < 1_000;
  }

  /** `state`: a name that has words in the template, like recording, paused, late. */
  showState(state) {
    if (this.parts.state.dataset.state === state) return;
    this.parts.state.dataset.state = state;
    this.parts["state-words"].textContent = this.texts[state];
  }

  /** A sentence over the picture, for a few seconds. */
  notice(text) {
    clearTimeout(this.timer);
    this.parts.notice.textContent = text;
    this.parts.notice.hidden = false;
    this.timer = setTimeout(() => this.hush(), NOTICE_MS);
  }

  hush() {
    this.parts.notice.hidden = true;
  }

  /** A sentence below the picture that stays until the next one. */
  summary(text, kind) {
    this.parts.summary.dataset.kind = kind;
    this.parts["summary-words"].textContent = text;
    this.parts.summary.hidden = false;
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
