/** A sheet over the picture with one question or one last word, and at most two buttons. Nothing behind it can be reached. */

const BEHIND = ["bar", "big", "video"];

/** Take what lies behind a sheet away from hand, key and screen reader, or give it back. */
export function trapped(parts, are) {
  for (const name of BEHIND) parts[name].inert = are;
}

export class Sheet {
  constructor(parts) {
    this.parts = parts;
    for (const name of ["over-button", "over-second"]) parts[name].addEventListener("click", () => this.#answer(name));
  }

  get shown() { return !this.parts.over.hidden; }

  /** `first` and `second`: `{ text, deed }`; the second may be missing. The sheet goes away before the deed is done. */
  show({ title = "", words, first, second = null, kind = "ask" }) {
    const { parts } = this;
    this.deeds = { "over-button": first.deed, "over-second": second?.deed };
    parts.over.dataset.kind = kind;
    parts["over-title"].textContent = title;
    parts["over-title"].hidden = !title;
    parts["over-words"].textContent = words;
    parts["over-button"].textContent = first.text;
    parts["over-second"].textContent = second?.text ?? "";
    parts["over-second"].hidden = !second;
    parts.over.hidden = false;
    trapped(parts, true);
    parts["over-button"].focus({ preventScroll: true });
  }

  hide() {
    this.parts.over.hidden = true;
    trapped(this.parts, false);
  }

  #answer(name) {
    const deed = this.deeds[name];
    this.hide();
    deed?.();
  }
}
