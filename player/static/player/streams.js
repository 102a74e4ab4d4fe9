/** The picture: hls.js on a video element, patient with the network and honest about the sizes there are. */
import "../vendor/hls-1.7.4.min.js";
import { fragmentLoader, keyLoader } from "./loaders.js";
import { Segments } from "./segments.js";

const { Hls } = globalThis;

const LONG = { maxNumRetry: 1_000_000, retryDelayMs: 2_000, maxRetryDelayMs: 2_000 };
const WAITS = new Set([0, 403, 425, 429]); // 0: no network; the others: not now
const NATIVE_AGAIN_MS = 3_000;

/** Refusals are waits: with the stock policy one 403 for a key ends playback for good after eight seconds. */
function shouldRetry(policy, tried, isTimeout, response) {
  const status = response?.code ?? 0;
  return Boolean(policy) && (isTimeout || WAITS.has(status) || status >= 500);
}

const patient = (firstByteMs, wholeMs) => ({
  default: {
    maxTimeToFirstByteMs: firstByteMs,
    maxLoadTimeMs: wholeMs,
    timeoutRetry: { ...LONG, shouldRetry },
    errorRetry: { ...LONG, shouldRetry },
  },
});

const MARGIN_S = 18; // what is counted lags behind what plays, and keys open by whole stretches

/** As far ahead as keys are open, at most a minute: the stock settings fetch ten, and run into keys that are not released yet. */
function configuration({ startMs, lookAheadMs = 0 }, kept) {
  const ahead = Math.min(Math.max(30, lookAheadMs / 1000 - MARGIN_S), 60);
  return {
    startPosition: startMs / 1000,
    maxBufferLength: ahead,
    maxMaxBufferLength: ahead,
    backBufferLength: 30,
    capLevelToPlayerSize: true,
    loader: keyLoader(Hls.DefaultConfig.loader),
    fLoader: fragmentLoader(Hls.DefaultConfig.loader, kept),
    manifestLoadPolicy: patient(10_000, 20_000),
    playlistLoadPolicy: patient(10_000, 20_000),
    keyLoadPolicy: patient(8_000, 20_000),
    fragLoadPolicy: patient(10_000, 60_000),
  };
}

/** The name of a playlist without its ending: `720` of `…/720.m3u8`. */
const nameOf = (url) => /([\w-]+)\.m3u8/.exec(url ?? "")?.[1] ?? "";

export class Streams {
  /** Does hls.js run here? Chromium says "maybe" to HLS of its own, which then gives up at the first refusal: hls.js first. */
  static get native() { return !Hls?.isSupported(); }

  /** `start`: startMs, lookAheadMs. `onSizes([{ name, height }])` is told once which renditions there are. */
  constructor(video, url, start, onSizes) {
    Object.assign(this, { video, url, onSizes, waitsForKey: false, segments: new Segments(), copies: new Map(), undo: new AbortController() });
    if (Streams.native) this.#native(start.startMs / 1000);
    else this.#start(start);
  }

  /** Choose a rendition by name, or "" for automatic. */
  choose(name) {
    if (!this.hls) return;
    this.hls.nextLevel = name ? this.hls.levels.findIndex((level) => nameOf(level.url[0]) === name) : -1;
  }

  /** More keys are open now: do not wait out the two seconds. */
  unlocked() {
    if (this.waitsForKey) this.#anew();
  }

  /** Load no more: the session is over, every further request would be refused. */
  stop() {
    this.hls?.stopLoad();
    this.stopped = true;
  }

  destroy() {
    this.undo.abort();
    this.hls?.destroy();
  }

  #start(start) {
    this.hls = new Hls(configuration(start, (frag, data) => { this.copies.set(frag, data); }));
    const { Events } = Hls;
    this.hls.on(Events.MANIFEST_PARSED, (_, { levels }) => {
      this.onSizes(levels.map((level) => ({ name: nameOf(level.url[0]), height: level.height })));
    });
    this.hls.on(Events.ERROR, (_, error) => this.#failed(error));
    this.hls.on(Events.FRAG_BUFFERED, (_, { frag }) => this.#buffered(frag));
    this.hls.loadSource(this.url);
    this.hls.attachMedia(this.video);
    this.video.addEventListener("seeking", () => this.unlocked(), { signal: this.undo.signal });
  }

  #buffered(frag) {
    this.waitsForKey = false;
    const data = this.copies.get(frag);
    this.copies.clear(); // one at a time: whatever else lies here was given up
    const { key, iv } = frag.decryptdata ?? {};
    if (!data || !key || !iv || typeof frag.sn !== "number") return;
    const rendition = nameOf(this.hls.levels[frag.level]?.url[0]);
    this.segments.put(frag.sn, { data, key: new Uint8Array(key), iv: new Uint8Array(iv), rendition });
  }

  #failed(error) {
    if (error.fatal && error.type === Hls.ErrorTypes.MEDIA_ERROR) this.hls.recoverMediaError();
    else if (error.details === Hls.ErrorDetails.KEY_LOAD_ERROR) this.waitsForKey = error.response?.code === 403;
    else if (error.fatal && error.type === Hls.ErrorTypes.NETWORK_ERROR) setTimeout(() => this.#anew(), LONG.retryDelayMs);
  }

  #anew() {
    if (this.stopped) return;
    this.waitsForKey = false;
    this.hls.stopLoad();
    this.hls.startLoad(this.video.currentTime);
  }

  /** A player of the system's own asks nobody and waits for nothing: when it gives up, begin anew at the same place. */
  #native(startSeconds) {
    let at = startSeconds;
    const { signal } = this.undo;
    const load = () => { if (!this.stopped) this.video.src = this.url; };
    this.video.addEventListener("timeupdate", () => { at = this.video.currentTime || at; }, { signal });
    this.video.addEventListener("loadedmetadata", () => { this.video.currentTime = at; }, { signal });
    this.video.addEventListener("error", () => { setTimeout(load, NATIVE_AGAIN_MS); }, { signal });
    load();
    this.onSizes([]);
  }
}
