/**
 * What the browser itself says of being driven by a script: three words, no fingerprint. They earn and cost nothing; a person who
 * reviews may look at them.
 */
export function hintsOf(browser = globalThis.navigator, page = globalThis) {
  const hints = [];
  if (browser?.webdriver === true) hints.push("webdriver");
  if (/headless/i.test(browser?.userAgent ?? "")) hints.push("headless");
  if (page.outerWidth === 0 && page.outerHeight === 0) hints.push("windowless");
  return hints;
}
