/** The page that a QR code opens: verifies the signature by itself, then asks how the certificate stands today. */

import { prepare, read, Unable } from "./token.js";

const CODE = /^[0-9A-Z]{4}-?[0-9A-Z]{4}$/;

function partsOf(element) {
  return Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

function keyOfPage() {
  return JSON.parse(document.getElementById("verify-key").textContent);
}

async function askState(element, claim) {
  try {
    const answer = await fetch(element.dataset.api, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number: claim.number, name: claim.name }),
    });
    if (answer.status === 429) return element.dataset.often;
    const told = await answer.json();
    return told.found ? element.dataset[told.state] : element.dataset.unknown;
  } catch {
    return element.dataset.offline;
  }
}

async function show(element, text) {
  const parts = partsOf(element);
  element.hidden = false;
  parts.facts.hidden = true;
  parts.state.textContent = "";
  let claim;
  try {
    claim = await read(text, keyOfPage());
  } catch (error) {
    if (!(error instanceof Unable)) throw error;
    parts.verdict.textContent = element.dataset.unable;
    return;
  }
  parts.verdict.textContent = claim ? element.dataset.good : element.dataset.bad;
  if (!claim) return;
  parts.facts.hidden = false;
  parts.name.textContent = claim.name;
  parts.post.textContent = claim.post;
  parts.number.textContent = claim.number;
  parts.period.textContent = `${claim.validFrom} — ${claim.validTo || element.dataset.forever}`;
  parts.state.textContent = element.dataset.asking;
  parts.state.textContent = await askState(element, claim);
}

function look(element) {
  const text = decodeURIComponent(location.hash.slice(1));
  if (CODE.test(text)) document.querySelector("[name=code]").value = text;
  else if (text) show(element, text);
}

export function connect(element) {
  prepare(keyOfPage());
  const again = () => look(element);
  addEventListener("hashchange", again);
  again();
  return () => removeEventListener("hashchange", again);
}
