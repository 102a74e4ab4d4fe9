/** Captions by the browser's own tracks: on, off, language; chosen once, remembered. */

const FOOT_PERCENT = 80; // of the height: the bar must not lie over the words

export class Subtitles {
  /** `tracks`: lang, label, url, default, as the server lists them; `choices`: where the choice is kept. */
  constructor(video, select, tracks, choices) {
    Object.assign(this, { video, select, tracks, choices });
    select.hidden = tracks.length === 0;
    for (const { lang, label } of tracks) select.append(new Option(label, lang));
    const usual = tracks.find((track) => track.default)?.lang ?? "";
    const kept = choices.get("captions", usual);
    this.lastLang = kept || usual || tracks[0]?.lang;
    this.#show(kept === "" || this.#of(kept) ? kept : usual);
    select.addEventListener("change", () => this.#choose(select.value));
  }

  toggle() {
    if (!this.select.hidden) this.#choose(this.select.value ? "" : this.lastLang);
  }

  #of(lang) { return this.tracks.find((track) => track.lang === lang); }

  #choose(lang) {
    this.choices.set("captions", lang);
    this.#show(lang);
  }

  /** Only the chosen track stands on the page: browsers show more than one by a choice of their own. */
  #show(lang) {
    this.lastLang = lang || this.lastLang;
    this.select.value = lang;
    this.video.querySelector("track")?.remove();
    const chosen = this.#of(lang);
    if (!chosen) return;
    const element = Object.assign(document.createElement("track"), { kind: "subtitles", srclang: lang, label: chosen.label, src: chosen.url });
    element.addEventListener("load", () => {
      for (const cue of element.track.cues ?? []) {
        if (cue.line === "auto") Object.assign(cue, { snapToLines: false, line: FOOT_PERCENT, lineAlign: "end" });
      }
    });
    this.video.append(element);
    element.track.mode = "showing";
  }
}
