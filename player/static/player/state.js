/** Which one word describes the counting now; the words stand in the template. The order is that of importance. */
export function stateOf(now) {
  if (now.over) return "over";
  if (now.late) return "late";
  if (now.asks && !now.begun) return "asking";
  if (!now.open && (now.wanted || now.failing || !now.begun)) return "connecting";
  if (now.runs && now.floats) return "floating";
  if (now.runs && now.stalled) return now.waitsForKey ? "locked" : "waiting";
  if (now.dayFull) return "day_full";
  if (now.runs) return "recording";
  return now.done ? "done" : "paused";
}

/** Is all of the lesson counted? Full seconds count, and a video's last part of a second earns nothing. */
export function isDone(countedMs, durationMs) {
  return durationMs > 0 && Math.floor(countedMs / 1000) >= Math.floor(durationMs / 1000);
}
