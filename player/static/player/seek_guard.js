/**
 * Where may the learner go? Back: anywhere. Forward: as far as was ever counted, or to where he is; where the rule is
 * `counted_only`, into media that is counted, or where it ends.
 *
 * This only keeps an honest hand from a refusal. The server judges by its own rule, whatever the page does.
 * `reach`: furthestMs and spans: the server's; positionMs: where playing has come to; durationMs; seek: the rule.
 */
import { merge } from "./spans.js";

/** Return the spans of the line that are open to seek, [start, end] each, for drawing. */
export function openSpans({ furthestMs, positionMs = 0, durationMs, seek = "to_furthest", spans = [] }) {
  if (seek !== "counted_only") return [[0, Math.min(Math.max(furthestMs, positionMs), durationMs)]];
  return merge([[0, positionMs], ...spans]).map(([start, end]) => [start, Math.min(end, durationMs)]);
}

/** Return the furthest position that is open, in ms. */
export function openUntil(reach) {
  return openSpans(reach).at(-1)[1];
}

/** Return where a seek may land, and whether it was held back: `{ targetMs, heldBack }`. */
export function guard(wantedMs, reach) {
  const wanted = Math.max(0, wantedMs);
  const reachable = openSpans(reach).filter(([start]) => start <= wanted).map(([, end]) => Math.min(end, wanted));
  const targetMs = Math.max(0, ...reachable);
  return { targetMs, heldBack: wanted > targetMs };
}

/**
 * Return where a player must be put that landed by itself (media key, script), or null where it may stay.
 * `slackMs`: a landing so little ahead is no seek: players step over small holes in their buffer.
 */
export function correction(landedMs, reach, slackMs = 500) {
  const { targetMs } = guard(landedMs, reach);
  return landedMs > targetMs + slackMs ? targetMs : null;
}

/** Return where to begin: at the `?at=SECONDS` of the address as far as one may go there, else where watching was left. */
export function startAt(search, reach, resumeMs) {
  const at = new URLSearchParams(search).get("at") ?? "";
  return /^\d{1,6}$/.test(at) ? guard(Number(at) * 1000, reach).targetMs : resumeMs;
}
