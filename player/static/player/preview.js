/** What lies under the hand on the line: a small picture out of the sprite sheets, the chapter, the time. */
import { chapterAt } from "./chapter_list.js";
import { clock } from "./format.js";

/** Return which sheet shows a position, and where in it: `{ url, x, y }` in pixels of the sheet. */
export function tileAt(sprite, positionMs) {
  const tile = Math.min(Math.max(0, Math.floor(positionMs / sprite.interval_ms)), sprite.count - 1);
  const perSheet = sprite.columns * sprite.rows;
  const within = tile % perSheet;
  const [column, row] = [within % sprite.columns, Math.floor(within / sprite.columns)];
  return { url: sprite.urls[Math.floor(tile / perSheet)], x: column * sprite.width, y: row * sprite.height };
}

export class Preview {
  constructor(parts, { sprite, chapters }) {
    Object.assign(this, { parts, sprite, chapters });
    this.image = parts["preview-image"];
    parts["preview-picture"].toggleAttribute("hidden", !sprite); // an SVG element has no property for it
    if (!sprite) return;
    parts["preview-picture"].setAttribute("width", sprite.width);
    parts["preview-picture"].setAttribute("height", sprite.height);
    this.image.setAttribute("width", sprite.width * sprite.columns);
    this.image.setAttribute("height", sprite.height * sprite.rows);
  }

  /** `part`: where along the line, 0 … 1. */
  show(positionMs, part) {
    this.parts["preview-time"].textContent = clock(positionMs);
    this.parts["preview-title"].textContent = this.chapters[chapterAt(this.chapters, positionMs)]?.title ?? "";
    if (this.sprite) {
      const { url, x, y } = tileAt(this.sprite, positionMs);
      if (this.image.getAttribute("href") !== url) this.image.setAttribute("href", url);
      this.parts["preview-picture"].setAttribute("viewBox", `${x} ${y} ${this.sprite.width} ${this.sprite.height}`);
    }
    const preview = this.parts.preview;
    preview.hidden = false;
    const [width, whole] = [preview.offsetWidth, preview.parentElement.offsetWidth];
    preview.style.insetInlineStart = `${Math.min(Math.max(0, part * whole - width / 2), whole - width)}px`;
  }

  hide() { this.parts.preview.hidden = true; }
}
