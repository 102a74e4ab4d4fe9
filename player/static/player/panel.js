/** What the page says of the counting: the server's figure, the state beside it, short notices, and the end. */
import { words } from "./format.js";

const NOTICE_MS = 6_000;

export class Panel {
  /** `parts`: elements by data-part; `texts`: sentences by name; `goOn()` is asked for when the learner wants to continue here. */
  constructor(parts, texts, goOn) {
    Object.assign(this, { parts, texts });
    parts["over-button"].addEventListener("click", goOn);
  }

  /** Only ever called with a figure that came from the server. */
  showCounted(ms) {
    const text = words(ms, this.texts);
    if (this.parts.counted.textContent !== text) this.parts.counted.textContent = text;
  }

  /** `state`: recording, paused, late, connecting, waiting or over; the words stand in the template. */
  showState(state) {
    if (this.parts.state.dataset.state === state) return;
    this.parts.state.dataset.state = state;
    this.parts["state-words"].textContent = this.texts[state];
  }

  notice(text) {
    clearTimeout(this.timer);
    this.parts.notice.textContent = text;
    this.parts.notice.hidden = false;
    this.timer = setTimeout(() => this.hush(), NOTICE_MS);
  }

  hush() {
    this.parts.notice.hidden = true;
  }

  /** The last word: why it ended, and the one button that helps. */
  showOver(reason) {
    const name = `over_${reason}` in this.texts ? reason : "other";
    this.parts["over-words"].textContent = this.texts[`over_${name}`];
    this.parts["over-button"].textContent = this.texts[reason === "taken_over" ? "continue_here" : "go_on"];
    for (const part of [this.parts.bar, this.parts.big]) part.inert = true;
    this.parts.over.hidden = false;
    this.showState("over");
    this.parts["over-button"].focus();
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
