/** Two loaders for hls.js: one that asks for a key once and leaves the waiting to the player, one that keeps a copy of each segment. */

/**
 * Keys by a loader that does not repeat itself: its own repeating goes on behind a seek, for a key that nobody waits for any more.
 * The stream controller asks again, and forgets about it when the learner goes elsewhere.
 */
export function keyLoader(Loader) {
  return class extends Loader {
    load(context, config, callbacks) {
      if (!context.keyInfo) super.load(context, config, callbacks);
      else super.load(context, { ...config, loadPolicy: { ...config.loadPolicy, errorRetry: null, timeoutRetry: null } }, callbacks);
    }
  };
}

/** `kept(frag, data)` gets a copy of the bytes as they came: the player hands the others to its worker, and they are gone. */
export function fragmentLoader(Loader, kept) {
  return class extends Loader {
    load(context, config, callbacks) {
      const onSuccess = (response, stats, ...rest) => {
        if (context.frag && response.data instanceof ArrayBuffer) kept(context.frag, new Uint8Array(response.data.slice(0)));
        callbacks.onSuccess(response, stats, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  };
}
