/**
 * The editor of captions: a table of rows, fifty at a time, beside the raw text. Without it the text alone is edited.
 * The server turns one form into the other, so that both are read by one parser; nothing is saved by that.
 *
 * @example <form data-connect="…/captions.js" data-convert-url="…" data-mode="table">… see captions.html
 */

import { fill } from "./format.js";
import { PER_PAGE, inserted, pageOf, pagesOf, shifted, without } from "./cues.js";

const LIKE_OTHERS = { "X-Requested-With": "XMLHttpRequest" };

export function connect(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const pane = (name) => form.querySelector(`[data-pane="${name}"]`);
  const texts = form.dataset;
  const leaving = new AbortController();
  let rows = JSON.parse(form.querySelector("#caption-rows").textContent);
  let problems = JSON.parse(form.querySelector("#caption-problems").textContent);
  let mode = texts.mode;
  let page = 0;
  let dirty = texts.dirty === "yes";

  function say(trouble) {
    part("trouble").textContent = trouble;
    part("trouble").hidden = trouble === "";
  }

  function show(newMode) {
    mode = newMode;
    for (const name of ["table", "text"]) {
      pane(name).hidden = name !== mode;
      const button = form.querySelector(`[data-to="${name}"]`);
      button.setAttribute("aria-pressed", String(name === mode));
      button.classList.toggle("button-secondary", name !== mode);
    }
    if (mode === "table") draw();
  }

  function draw() {
    page = Math.min(page, pagesOf(rows) - 1);
    const first = page * PER_PAGE;
    const shown = rows.slice(first, first + PER_PAGE);
    part("cues").replaceChildren(...shown.map((row, n) => drawn(row, first + n)));
    for (const area of part("cues").querySelectorAll("textarea")) grow(area);
    part("none").hidden = rows.length > 0;
    part("none").textContent = texts.textNone;
    part("pages").hidden = rows.length <= PER_PAGE;
    part("range").textContent = fill(texts.textRange, { from: first + 1, to: first + shown.length, count: rows.length });
    form.querySelector('[data-deed="earlier"]').disabled = page === 0;
    form.querySelector('[data-deed="later"]').disabled = page === pagesOf(rows) - 1;
  }

  function drawn(row, at) {
    const item = part("cue").content.firstElementChild.cloneNode(true);
    item.dataset.at = at;
    item.querySelector(".zx-cue-number").textContent = at + 1;
    item.querySelector(".zx-cue-number").setAttribute("aria-label", fill(texts.textNumber, { n: at + 1 }));
    for (const [n, name] of ["start", "end", "text"].entries()) item.querySelector(`[data-field="${name}"]`).value = row[n];
    for (const problem of problems.filter((each) => each.cue === at + 1)) {
      const field = item.querySelector(`[data-field="${problem.field || "text"}"]`);
      const said = document.createElement("p");
      said.className = "error-message";
      said.id = `caption-fault-${at}-${problem.field}`;
      said.textContent = problem.bare;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", said.id);
      item.append(said);
    }
    return item;
  }

  function grow(area) {
    area.rows = Math.max(1, area.value.split("\n").length);
  }

  /** Changes the rows and shows the one at that place. Numbers of faults no longer fit, so their marks go. */
  function change(newRows, at) {
    [rows, problems, dirty] = [newRows, [], true];
    page = pageOf(Math.max(0, Math.min(at, rows.length - 1)));
    draw();
    part("cues").querySelector(`[data-at="${at}"] [data-field="text"]`)?.focus();
  }

  function refuse(found) {
    problems = found;
    const items = found.map((each) => {
      const item = document.createElement("li");
      item.textContent = each.sentence;
      item.dataset.line = each.line;
      item.dataset.cue = each.cue;
      return item;
    });
    part("problems").querySelector("ol").replaceChildren(...items);
    part("problems").hidden = found.length === 0;
    if (found.length > 0 && mode === "table") goTo(0, found[0].cue);
  }

  /** Leads to the line of the text, or to the row of the table. */
  function goTo(line, cue) {
    if (mode === "table" && cue > 0) {
      page = pageOf(cue - 1);
      draw();
      (part("cues").querySelector(`[data-at="${cue - 1}"] [aria-invalid]`) ?? part("cues").querySelector(`[data-at="${cue - 1}"] input`))?.focus();
    } else if (mode === "text" && line > 0) {
      const area = part("text");
      const lines = area.value.split("\n");
      const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
      area.scrollTop = (area.scrollHeight * Math.max(0, line - 4)) / lines.length;
    }
  }

  async function switchTo(newMode) {
    if (newMode === mode) return;
    say("");
    try {
      pack();
      const sent = { method: "POST", body: new FormData(form), headers: LIKE_OTHERS, signal: leaving.signal };
      const isEmpty = mode === "table" ? rows.length === 0 : part("text").value.trim().replace(/^WEBVTT/, "") === "";
      const response = isEmpty ? null : await fetch(texts.convertUrl, sent);
      const found = response ? await response.json() : { text: "WEBVTT\n", rows: [] };
      refuse(found.problems ?? []);
      if (found.problems) return;
      rows = found.rows;
      if (newMode === "text") part("text").value = found.text;
      show(newMode);
    } catch (error) {
      console.warn(error);
      say(texts.textLost);
    }
  }

  function pack() {
    part("mode").value = mode;
    part("rows").value = mode === "table" ? JSON.stringify(rows) : "";
  }

  function shift() {
    const typed = part("shift").value.trim().replace("＋", "+").replace(/[－−]/, "-");
    const moved = /^[+-]?\d{1,8}$/.test(typed) ? shifted(rows, Number(typed)) : undefined;
    if (moved === undefined) say(texts.textShift);
    else if (moved === null) say(texts.textEarly);
    else {
      say("");
      change(moved, page * PER_PAGE);
    }
  }

  const deeds = {
    prepend: () => change(inserted(rows, 0), 0),
    append: () => change(inserted(rows, rows.length), rows.length),
    insert: (at) => change(inserted(rows, at + 1), at + 1),
    remove: (at) => change(without(rows, at), Math.min(at, rows.length - 2)),
    earlier: () => { page -= 1; draw(); },
    later: () => { page += 1; draw(); },
    shift,
  };

  function listen(target, kind, heard) {
    target.addEventListener(kind, heard, { signal: leaving.signal });
  }

  listen(form, "click", (event) => {
    const button = event.target.closest("button[data-to], button[data-deed]");
    if (button?.dataset.to) switchTo(button.dataset.to);
    else if (button) deeds[button.dataset.deed](Number(button.closest("[data-at]")?.dataset.at));
    const problem = event.target.closest("li[data-line]");
    if (problem) goTo(Number(problem.dataset.line), Number(problem.dataset.cue));
  });
  listen(form, "input", (event) => {
    dirty ||= event.target !== part("shift");
    const name = event.target.dataset.field;
    if (!name) return;
    rows[Number(event.target.closest("[data-at]").dataset.at)][["start", "end", "text"].indexOf(name)] = event.target.value;
    if (name === "text") grow(event.target);
  });
  listen(form, "keydown", (event) => {
    // Enter in a field of time would send the whole form.
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  listen(form, "submit", () => {
    pack();
    dirty = false;
  });
  listen(window, "beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });

  part("modes").hidden = false;
  show(mode);
  if (problems.length > 0) goTo(problems[0].line, problems[0].cue);
  return () => leaving.abort();
}
