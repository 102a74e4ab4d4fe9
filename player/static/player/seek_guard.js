/**
 * Where may the learner go? Back: anywhere. Forward: as far as was ever counted, or to where he is.
 *
 * This only keeps an honest hand from a refusal. The server judges by its own rule, whatever the page does.
 */

/** Return the furthest position that is open, in ms. `furthestMs`: the server's figure; `positionMs`: where playing has come to. */
export function openUntil({ furthestMs, positionMs = 0, durationMs }) {
  return Math.min(Math.max(furthestMs, positionMs), durationMs);
}

/** Return where a seek may land, and whether it was held back: `{ targetMs, heldBack }`. */
export function guard(wantedMs, reach) {
  const until = openUntil(reach);
  return { targetMs: Math.min(Math.max(0, wantedMs), until), heldBack: wantedMs > until };
}

/**
 * Return where a player must be put that landed by itself (media key, script), or null where it may stay.
 * `slackMs`: a landing so little ahead is no seek: players step over small holes in their buffer.
 */
export function correction(landedMs, reach, slackMs = 500) {
  const until = openUntil(reach);
  return landedMs > until + slackMs ? until : null;
}
