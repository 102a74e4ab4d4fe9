/** The picture: hls.js on a video element, patient with the network and honest about the sizes there are. */
import "../vendor/hls-1.7.4.min.js";

const { Hls } = globalThis;

const LONG = { maxNumRetry: 1_000_000, retryDelayMs: 2_000, maxRetryDelayMs: 2_000 };
const WAITS = new Set([0, 403, 425, 429]); // 0: no network; the others: not now

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

/** Half a minute ahead and behind: the stock settings fetch ten minutes, most of which nobody watches. */
function configuration(startSeconds) {
  return {
    startPosition: startSeconds,
    maxBufferLength: 30,
    maxMaxBufferLength: 30,
    backBufferLength: 30,
    capLevelToPlayerSize: true,
    manifestLoadPolicy: patient(10_000, 20_000),
    playlistLoadPolicy: patient(10_000, 20_000),
    keyLoadPolicy: patient(8_000, 20_000),
    fragLoadPolicy: patient(10_000, 60_000),
  };
}

export class Streams {
  /** `onSizes(heights)` is told once which sizes there are to choose from. */
  constructor(video, url, startSeconds, onSizes) {
    Object.assign(this, { video, onSizes, held: false });
    // Chromium says "maybe" to HLS of its own, which then gives up at the first refusal: hls.js first.
    if (Hls?.isSupported()) this.#start(url, startSeconds);
    else this.#native(url, startSeconds);
  }

  /** Choose a height, or 0 for automatic. */
  choose(height) {
    if (!this.hls) return;
    this.hls.nextLevel = height ? this.hls.levels.findIndex((level) => level.height === height) : -1;
  }

  /** Load no more: the session is over, every further request would be refused. */
  stop() {
    this.hls?.stopLoad();
  }

  destroy() {
    this.hls?.destroy();
    this.video.removeEventListener("seeking", this.onSeeking);
  }

  #start(url, startSeconds) {
    this.hls = new Hls(configuration(startSeconds));
    this.hls.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => this.onSizes(levels.map((level) => level.height)));
    this.hls.on(Hls.Events.ERROR, (_, error) => this.#failed(error));
    this.hls.on(Hls.Events.FRAG_BUFFERED, () => { this.held = false; });
    // A key that is waited for is not given up by a seek: begin anew where the learner is now.
    this.onSeeking = () => {
      if (!this.held) return;
      this.hls.stopLoad();
      this.hls.startLoad(this.video.currentTime);
    };
    this.video.addEventListener("seeking", this.onSeeking);
    this.hls.loadSource(url);
    this.hls.attachMedia(this.video);
  }

  #failed(error) {
    if (error.fatal && error.type === Hls.ErrorTypes.MEDIA_ERROR) this.hls.recoverMediaError();
    else if (error.type === Hls.ErrorTypes.NETWORK_ERROR) this.held = true;
  }

  #native(url, startSeconds) {
    this.video.src = url;
    this.video.addEventListener("loadedmetadata", () => { this.video.currentTime = startSeconds; }, { once: true });
    this.onSizes([]);
  }
}
