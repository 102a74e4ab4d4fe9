/** Stretches of media, [start_ms, end_ms) each, as the server sends them. No page, no clock. */

/** Return the fewest sorted, disjoint spans that cover the same milliseconds; touching ones become one. */
export function merge(spans) {
  const merged = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Return what of the first spans is not covered by the second. */
export function subtract(spans, taken) {
  let left = merge(spans);
  for (const [from, to] of taken) {
    left = left.flatMap(([start, end]) => [[start, Math.min(end, from)], [Math.max(start, to), end]].filter(([a, b]) => a < b));
  }
  return left;
}

/** Return how many milliseconds disjoint spans cover. */
export function total(spans) {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Return spans as parts of the whole in percent, for drawing: `{ at, width }`. Nothing for a lesson without length. */
export function toPercent(spans, wholeMs) {
  if (!(wholeMs > 0)) return [];
  const percent = (ms) => (100 * Math.min(Math.max(ms, 0), wholeMs)) / wholeMs;
  return spans.map(([start, end]) => ({ at: percent(start), width: percent(end) - percent(start) }));
}
