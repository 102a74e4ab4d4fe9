/** Two short notes: somebody who looks at a drawing beside the lesson hears that he is asked for. */
const NOTES = [[660, 0], [880, 0.18]];

export function chime() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return;
  const audio = new Context();
  for (const [hertz, after] of NOTES) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
  setTimeout(() => audio.close(), 1500);
}
