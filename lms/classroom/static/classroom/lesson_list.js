/**
 * Keeps the line of the current lesson true while it is watched: percent, then the tick, then the way to the next lesson.
 * Hears `player:counted` of the player on the same page.
 * @example <aside data-connect="…/lesson_list.js"> <a class="current">… <span data-figure>38%</span></a> <p data-next hidden>…</p></aside>
 */

/** Return the figure as the server would write it: whole percent, rounded down; 100 only when the last second is counted. */
export function percent(countedMs, durationMs) {
  if (Math.floor(countedMs / 1000) >= Math.floor(durationMs / 1000)) return 100;
  return Math.floor((countedMs * 100) / Math.max(1, durationMs));
}

export function connect(element) {
  const stop = new AbortController();
  const figure = element.querySelector(".current [data-figure]");
  const next = element.querySelector("[data-next]");
  document.addEventListener("player:counted", ({ detail }) => {
    const now = percent(detail.countedMs, detail.durationMs);
    if (figure && !figure.hasAttribute("data-done") && figure.textContent !== `${now}%`) figure.textContent = `${now}%`;
    if (next && now === 100) next.hidden = false;
  }, { signal: stop.signal });
  return () => stop.abort();
}
