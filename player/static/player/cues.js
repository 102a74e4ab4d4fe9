/** Rows of captions, `[start, end, text]`, as an editor types them; no page. What may be saved, the server decides. */

export const PER_PAGE = 50;

const CLOCK = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/;

/** Return a typed position in milliseconds, or null. */
export function parseClock(text) {
  const found = CLOCK.exec(text.trim().replaceAll("：", ":").replaceAll("，", ".").replaceAll("。", "."));
  if (!found) return null;
  const [hours, minutes, seconds] = [found[1], found[2], found[3]].map((part) => Number(part ?? 0));
  if ((found[2] !== undefined && seconds >= 60) || (found[1] !== undefined && minutes >= 60)) return null;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number((found[4] ?? "").padEnd(3, "0"));
}

/** Return a position as WebVTT writes it. */
export function formatClock(ms) {
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(ms / 60000);
  const rest = ms % 60000;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(Math.floor(rest / 1000))}.${String(rest % 1000).padStart(3, "0")}`;
}

/** Return all rows moved by so many milliseconds, or null if one would begin before the video. Unreadable times stay. */
export function shifted(rows, ms) {
  const moved = (text) => {
    const at = parseClock(text);
    return at === null ? text : at + ms;
  };
  const result = rows.map(([start, end, text]) => [moved(start), moved(end), text]);
  if (result.some(([start, end]) => start < 0 || end < 0)) return null;
  return result.map(([start, end, text]) => [written(start), written(end), text]);
}

function written(at) {
  return typeof at === "number" ? formatClock(at) : at;
}

/** Return the rows with an empty one at that place; it begins where the one before ends, and ends where the next begins. */
export function inserted(rows, at) {
  const start = at > 0 ? rows[at - 1][1] : "00:00:00.000";
  const end = at < rows.length ? rows[at][0] : "";
  return [...rows.slice(0, at), [start, end, ""], ...rows.slice(at)];
}

/** Return the rows without the one at that place. */
export function without(rows, at) {
  return [...rows.slice(0, at), ...rows.slice(at + 1)];
}

/** Return how many pages the rows fill, at least one. */
export function pagesOf(rows) {
  return Math.max(1, Math.ceil(rows.length / PER_PAGE));
}

/** Return the page, from 0, on which the row at that place stands. */
export function pageOf(at) {
  return Math.floor(at / PER_PAGE);
}
