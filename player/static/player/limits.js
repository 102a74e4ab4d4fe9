/** How near the rules' own limits are, so that the page stops before time is wasted. Nought as a limit means that there is none. */

const IDLE_NOTICE_MS = 20_000;

/** `idleMs`: since the last key, touch or pointer. */
export function limits(policy, dayCountedMs, idleMs) {
  const idleLeftMs = policy.idle_after_ms ? policy.idle_after_ms - idleMs : Infinity;
  const dayLeftMs = policy.day_limit_ms ? policy.day_limit_ms - dayCountedMs : Infinity;
  return {
    dayLeftMs,
    dayFull: dayLeftMs <= 0,
    dayNear: Boolean(policy.day_warning_ms) && dayCountedMs >= policy.day_warning_ms && dayLeftMs > 0,
    idleSoon: idleLeftMs > 0 && idleLeftMs <= IDLE_NOTICE_MS,
    idleOver: idleLeftMs <= 0,
  };
}

/** Return the number of the stretch in which a position lies; `starts`: where each begins, in ms. */
export function stretchAt(starts, positionMs) {
  const after = starts.findIndex((start) => start > positionMs);
  return Math.max(0, (after === -1 ? starts.length : after) - 1);
}
