/**
 * Shows how much of a large file has been sent, and refuses one that is too large before it is sent.
 * Without this module the form still works: the browser sends it, and the server judges it.
 *
 * @example <form data-connect="…/video_upload.js" data-most-bytes="…" data-text-too-large="…" data-text-lost="…">
 *            <input type="file"> … <div data-upload-progress hidden><progress></progress><span data-upload-percent></span></div>
 *            <p data-upload-error hidden></p></form>
 */

function showError(form, text) {
  const place = form.querySelector("[data-upload-error]");
  place.textContent = text;
  place.hidden = false;
}

function judgeLength(form, input) {
  const file = input.files[0];
  const tooLarge = file && file.size > Number(form.dataset.mostBytes);
  input.setCustomValidity(tooLarge ? form.dataset.textTooLarge : "");
  if (tooLarge) input.reportValidity();
}

/** Goes where the server says, or shows its page: this form again, with its reasons. */
function showAnswer(request) {
  const onwards = request.getResponseHeader("Location");
  if (onwards) {
    window.location.assign(onwards);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const form = page.querySelector("form[data-most-bytes]");
  if (form) document.querySelector("form[data-most-bytes]").replaceWith(document.adoptNode(form));
  else document.documentElement.replaceWith(document.adoptNode(page.documentElement));
  document.querySelector(".error-message:not([hidden])")?.scrollIntoView({ block: "center" });
}

function send(form) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
  box.hidden = false;
  button.disabled = true;
  form.querySelector("[data-upload-error]").hidden = true;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.floor((100 * event.loaded) / event.total);
    box.querySelector("[data-upload-percent]").textContent = `${bar.value} %`;
  });
  request.addEventListener("load", () => {
    showAnswer(request);
    const fresh = document.querySelector("form[data-most-bytes]");
    if (fresh && fresh !== form) connect(fresh);
  });
  request.addEventListener("error", () => {
    box.hidden = true;
    button.disabled = false;
    showError(form, form.dataset.textLost);
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(new FormData(form));
  return request;
}

export function connect(form) {
  const input = form.querySelector("input[type=file]");
  const leaving = new AbortController();
  let request = null;
  input.addEventListener("change", () => judgeLength(form, input), { signal: leaving.signal });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) request = send(form);
  }, { signal: leaving.signal });
  return () => {
    leaving.abort();
    request?.abort();
  };
}
