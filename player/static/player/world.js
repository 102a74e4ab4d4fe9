/** What the modules without a page want of the browser; tests give their own. */
export const REAL_WORLD = {
  WebSocket: globalThis.WebSocket,
  now: () => performance.now(),
  today: () => Date.now(),
  setTimeout: (deed, ms) => setTimeout(deed, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  random: () => Math.random(),
  fetch: (url, request) => fetch(url, request),
  beacon: (url, form) => navigator.sendBeacon(url, form),
};
