/**
 * The camera of this device: opened when a check begins, let go when it ends. Pictures leave it as small JPEGs, unmirrored.
 */
const QUALITIES = [0.8, 0.65, 0.5, 0.35];

export class Camera {
  /** lost: called when the camera goes away while it is in use (unplugged, taken by another program). */
  constructor(video, { width, height }, lost) {
    Object.assign(this, { video, width, height, lost, stream: null });
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width, height });
  }

  static get exists() { return Boolean(navigator.mediaDevices?.getUserMedia); }

  /** Rejects with the browser's error: NotAllowedError, NotFoundError, NotReadableError. */
  async open() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: this.width }, height: { ideal: this.height }, facingMode: "user", frameRate: { ideal: 30 } },
    });
    const [track] = this.stream.getVideoTracks();
    track.addEventListener("ended", () => { if (this.stream) this.lost(); });
    this.video.srcObject = this.stream;
    await this.video.play();
    return this.facts;
  }

  /** What the browser tells of the camera; the server keeps it as a hint. */
  get facts() {
    const [track] = this.stream.getVideoTracks();
    const { width = 0, height = 0 } = track.getSettings();
    return { label: (track.label || "").slice(0, 120), width: Math.round(width), height: Math.round(height) };
  }

  /** The picture of this moment as a JPEG of at most so many bytes, filling the frame; null while there is none. */
  async jpeg(largestBytes) {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (!w || !this.stream) return null;
    const scale = Math.max(this.width / w, this.height / h);
    const [dw, dh] = [w * scale, h * scale];
    this.canvas.getContext("2d").drawImage(this.video, (this.width - dw) / 2, (this.height - dh) / 2, dw, dh);
    for (const quality of QUALITIES) {
      const blob = await new Promise((take) => { this.canvas.toBlob(take, "image/jpeg", quality); });
      if (blob && blob.size <= largestBytes) return blob.arrayBuffer();
    }
    return null;
  }

  close() {
    const { stream } = this;
    this.stream = null;
    for (const track of stream?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }
}
