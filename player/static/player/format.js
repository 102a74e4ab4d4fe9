/** Times for people. The words come from the page, with {h}, {m} and {s} in them. */

/** Return a length in words: "12 分 40 秒". Full seconds only: a second that is not full has not been counted. */
export function words(ms, texts) {
  const seconds = Math.floor(Math.max(ms, 0) / 1000);
  const parts = { h: Math.floor(seconds / 3600), m: Math.floor(seconds / 60) % 60, s: seconds % 60 };
  const text = parts.h ? texts.hours : parts.m ? texts.minutes : texts.seconds;
  if (parts.m || parts.h) parts.s = String(parts.s).padStart(2, "0");
  return fill(text, parts);
}

/** Return a long length without its seconds: "6 小时", "1 小时 05 分", "12 分钟". */
export function roughly(ms, texts) {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000);
  const parts = { h: Math.floor(minutes / 60), m: minutes % 60 };
  if (!parts.h) return fill(texts.only_minutes, parts);
  return parts.m ? fill(texts.hours_minutes, { ...parts, m: String(parts.m).padStart(2, "0") }) : fill(texts.only_hours, parts);
}

/** Return a position as a clock: "12:40", "1:02:05". */
export function clock(ms) {
  const seconds = Math.floor(Math.max(ms, 0) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Return the text with each {name} replaced. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
