/** The reviewers' desk by keyboard: J and K to the next and former hold, Enter opens it; on a hold R and N choose, . goes to the reason, Ctrl and Enter send it, Escape leaves it, U goes back. */
export function connect(desk) {
  const stop = new AbortController();
  const links = () => [...desk.querySelectorAll("[data-row]")];
  function move(by) {
    const rows = links();
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  }
  const deeds = {
    j: () => move(1),
    k: () => move(-1),
    r: () => desk.querySelector("[value=release]")?.click(),
    n: () => desk.querySelector("[value=refuse]")?.click(),
    ".": () => desk.querySelector("textarea")?.focus(),
    u: () => document.querySelector(".breadcrumb a")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { document.activeElement?.blur(); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.target.closest("form")?.querySelector(".btn-primary")?.click(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input[type=text], input[type=search]")) return;
    const deed = deeds[event.key];
    if (deed) { event.preventDefault(); deed(); }
  }, { signal: stop.signal });
  return () => stop.abort();
}
