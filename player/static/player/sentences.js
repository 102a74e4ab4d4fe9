/** What the page says of a refusal, a cut, an end: what happened, why, what it cost, what to do now. The words come from the template. */
import { fill, words } from "./format.js";

/** Return the sentence for a reason of the server by one of these beginnings of names, or that of `other`. */
export function textOf(texts, beginning, reason) {
  return texts[`${beginning}_${reason}`] ?? texts[`${beginning}_other`];
}

/** Return what to say of `Session`'s report, as `{ text, kind }`, or null when it has cost nothing and brought nothing. */
export function reportText(texts, { cut, counted_ms: countedMs, missed_ms: missedMs, reason }) {
  const values = { counted: words(countedMs, texts), missed: words(missedMs, texts), why: textOf(texts, "why", reason ?? "clock") };
  if (!cut) return missedMs ? { text: fill(textOf(texts, "missed", reason), values), kind: "missed" } : null;
  if (missedMs) return { text: fill(countedMs ? texts.cut_missed : texts.cut_only_missed, values), kind: "missed" };
  return countedMs < 1_000 ? null : { text: fill(texts.cut_counted, values), kind: "counted" };
}

/** The same for what an earlier page had left. */
export function leftoversText(texts, { counted_ms: countedMs, missed_ms: missedMs, reason }) {
  const values = { counted: words(countedMs, texts), missed: words(missedMs, texts), why: textOf(texts, "why", reason ?? "clock") };
  if (missedMs) return { text: fill(countedMs ? texts.left_missed : texts.left_only_missed, values), kind: "missed" };
  return countedMs < 1_000 ? null : { text: fill(texts.left_counted, values), kind: "counted" };
}
