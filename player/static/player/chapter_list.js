/** The chapters of the lesson: a list below the picture, and which one is playing. */
import { clock } from "./format.js";

/** Return the number of the chapter in which a position lies, or -1 before the first. */
export function chapterAt(chapters, positionMs) {
  return chapters.findLastIndex(({ start_ms: startMs }) => startMs <= positionMs);
}

export class ChapterList {
  /** `seek(ms)` is asked for when a chapter is chosen. */
  constructor(part, list, chapters, seek) {
    Object.assign(this, { chapters, current: null });
    part.hidden = chapters.length === 0;
    this.buttons = chapters.map(({ start_ms: startMs, title }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "player-chapter" });
      const time = Object.assign(document.createElement("span"), { className: "player-chapter-time", textContent: clock(startMs) });
      button.append(time, Object.assign(document.createElement("span"), { textContent: title }));
      button.addEventListener("click", () => seek(startMs));
      const line = document.createElement("li");
      line.append(button);
      list.append(line);
      return button;
    });
  }

  /** `untilMs`: how far the lesson is open. */
  show(positionMs, untilMs) {
    const now = chapterAt(this.chapters, positionMs);
    if (now === this.current && untilMs === this.untilMs) return;
    Object.assign(this, { current: now, untilMs });
    this.buttons.forEach((button, at) => {
      if (at === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.dataset.open = this.chapters[at].start_ms <= untilMs ? "yes" : "no";
    });
  }
}
