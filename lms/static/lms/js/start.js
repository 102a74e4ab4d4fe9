/**
 * Brings a page to life: every element with `data-connect="/static/room/module.js"` gets that module's `connect(element)`.
 *
 * The address is written by `{% static %}`, so that it carries the hash of the file. Several addresses may stand in one attribute.
 * `connect` may return a function that undoes it; it is called when htmx takes the element out of the page.
 * Outcome for tests and style sheets: `data-connected="yes"` or `"failed"`; a failed element shows its `[data-when-broken]` part.
 *
 * @example <form data-connect="{% static 'lms/js/busy.js' %}"> … <p data-when-broken hidden>…</p></form>
 */

const STATIC_ROOT = new URL("../../", import.meta.url).href;
const undoings = new Map(); // element → functions that undo what was connected

function elementsWithin(root) {
  const found = [...root.querySelectorAll("[data-connect]")];
  return root.matches?.("[data-connect]") ? [root, ...found] : found;
}

async function connectOne(element, address) {
  const url = new URL(address, document.baseURI).href;
  // Only our own files: text that slipped into an attribute must not choose what runs.
  if (!url.startsWith(STATIC_ROOT)) throw new Error(`not a static file of ours: ${url}`);
  const module = await import(url);
  const undo = module.connect(element);
  if (typeof undo !== "function") return;
  // Swapped away while the module was loading: htmx will not tell us again.
  if (element.isConnected) undoings.get(element)?.push(undo);
  else undo();
}

function showBroken(element, error) {
  console.error(error);
  element.dataset.connected = "failed";
  for (const part of element.querySelectorAll("[data-when-broken]")) part.hidden = false;
}

export function connectWithin(root) {
  for (const element of elementsWithin(root)) {
    if (undoings.has(element)) continue;
    undoings.set(element, []);
    const addresses = element.dataset.connect.split(/\s+/).filter(Boolean);
    Promise.all(addresses.map((address) => connectOne(element, address))).then(
      () => { element.dataset.connected = "yes"; },
      (error) => showBroken(element, error),
    );
  }
}

export function disconnectWithin(root) {
  for (const element of elementsWithin(root)) {
    for (const undo of undoings.get(element) ?? []) undo();
    undoings.delete(element);
  }
}

document.addEventListener("htmx:load", (event) => connectWithin(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  // htmx names every element below the one that goes, one by one.
  if (undoings.has(event.detail.elt)) disconnectWithin(event.detail.elt);
});
connectWithin(document.documentElement);
