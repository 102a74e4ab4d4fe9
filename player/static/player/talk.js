/** The sentences of the player: questions and last words on the sheet, notices over the picture, the summary below it. */
import { fill, roughly } from "./format.js";
import { leaveWish } from "./opening.js";
import { leftoversText, reportText, textOf } from "./sentences.js";

const JUST_NOW_MS = 5_000;
const MINUTE_MS = 60_000;
/** Reasons that the player itself says when it acts; the sum of what they cost comes with the report. */
const SAID_ALREADY = new Set(["seek_ahead", "ahead_of_counted", "hidden", "unfocused", "idle", "day_full"]);

function agoOf(ms, texts) {
  if (ms < JUST_NOW_MS) return texts.just_now;
  if (ms < MINUTE_MS) return fill(texts.seconds_ago, { n: Math.round(ms / 1000) });
  return fill(texts.minutes_ago, { n: Math.round(ms / MINUTE_MS) });
}

export class Talk {
  constructor(sheet, panel, texts) {
    Object.assign(this, { sheet, panel, texts, warned: new Set() });
  }

  /** The learner learns in another place: continue here? `yes()` is the learner's answer. */
  elsewhere({ where, heard_ms_ago: heardMs }, yes) {
    const ago = agoOf(heardMs, this.texts);
    this.sheet.show({
      title: this.texts.elsewhere_title,
      words: fill(this.texts.elsewhere, { where, ago }),
      first: { text: this.texts.continue_here, deed: yes },
      second: { text: this.texts.not_here, deed: () => (history.length > 1 ? history.back() : location.assign("/")) },
    });
  }

  /** A question stands that the learner has not answered. */
  get asks() { return this.sheet.shown; }

  over(reason) {
    const takenOver = reason === "taken_over";
    const deed = () => {
      if (takenOver) leaveWish();
      location.reload();
    };
    const first = { text: this.texts[takenOver ? "continue_here" : "go_on"], deed };
    this.sheet.show({ words: textOf(this.texts, "over", reason), first, kind: "over" });
  }

  dayFull(limitMs) {
    if (this.sheet.shown) return;
    const values = { limit: roughly(limitMs, this.texts) };
    this.sheet.show({ title: this.texts.day_full_title, words: fill(this.texts.day_full_words, values), first: { text: this.texts.understood } });
  }

  /** Say something once on this page. */
  once(name, values = {}) {
    if (this.warned.has(name)) return;
    this.warned.add(name);
    this.notice(name, values);
  }

  /** It may be said again: what was warned of did not come. */
  forget(name) { this.warned.delete(name); }

  notice(name, values = {}) {
    this.panel.notice(fill(this.texts[name], values));
  }

  reason(reason) {
    if (!SAID_ALREADY.has(reason)) this.panel.notice(textOf(this.texts, "reason", reason));
  }

  report(report) { this.#summary(reportText(this.texts, report)); }

  leftovers(sum) { this.#summary(leftoversText(this.texts, sum)); }

  #summary(said) {
    if (said) this.panel.summary(said.text, said.kind);
  }
}
