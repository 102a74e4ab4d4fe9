/** Which one word describes the counting now; the words stand in the template. The order is that of importance. */
export function stateOf(now) {
  if (now.over) return "over";
  if (now.late) return "late";
  if (now.asks && !now.begun) return "asking";
  if (!now.open && (now.wanted || now.failing || !now.begun)) return "connecting";
  if (now.runs && now.floats) return "floating";
  if (now.runs && now.stalled) return now.waitsForKey ? "locked" : "waiting";
  if (now.dayFull) return "day_full";
  return now.runs ? "recording" : "paused";
}
