/** All that is drawn on and around the picture: the bar, the line, captions, chapters, the watermark. */
import { Subtitles } from "./subtitles.js";
import { ChapterList } from "./chapter_list.js";
import { Controls } from "./controls.js";
import { Preview } from "./preview.js";
import { SeekBar } from "./seek_bar.js";
import { openUntil } from "./seek_guard.js";

export class Screen {
  /** `on.toggle()`, `on.seek(ms)`, `on.seekBy(ms)`, `on.size(name)`: what the learner asks for. */
  constructor(element, parts, texts, data, choices, on) {
    Object.assign(this, { parts, choices, durationMs: data.duration_ms });
    const chapters = data.chapters ?? [];
    this.bar = new SeekBar(parts, data.duration_ms, texts, new Preview(parts, { sprite: data.sprite, chapters }), on);
    this.bar.showMarks(data.checks ?? [], chapters.map((chapter) => chapter.start_ms));
    this.captions = new Subtitles(parts.video, parts.captions, data.tracks ?? [], choices);
    this.chapters = new ChapterList(parts.chapters, parts["chapter-list"], chapters, on.seek);
    this.controls = new Controls(element, parts.video, parts, texts, choices, {
      toggle: on.toggle,
      seekBy: on.seekBy,
      size: (name) => {
        choices.set("size", name);
        on.size(name);
      },
      captions: () => this.captions.toggle(),
    });
    this.controls.showPlaying();
  }

  showSpans(counted, pending) { this.bar.showSpans(counted, pending); }

  showPosition(positionMs, reach) {
    this.controls.showTime(positionMs, this.durationMs);
    this.bar.showPosition(positionMs, reach);
    this.chapters.show(positionMs, openUntil(reach));
  }

  /** Returns the name of the size that was chosen before, or "". */
  showSizes(sizes) { return this.controls.showSizes(sizes); }

  /** Four letters of the session beside the name: enough to find it by, too little to open it with. */
  mark(sessionUuid) {
    if (!this.parts["mark-session"]) return;
    this.parts["mark-session"].textContent = sessionUuid.slice(0, 4).toUpperCase();
    this.parts.mark.hidden = false;
  }

  destroy() { this.controls.destroy(); }
}
