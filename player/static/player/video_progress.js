/**
 * Keeps the rows of unfinished videos up to date: asks for them every two seconds until none is left.
 * The server renders the rows; a hidden page does not ask, and an unreachable server is asked less and less often.
 *
 * @example <div data-connect="…/video_progress.js" data-rows-url="/admin/videos/rows/"><table>… <tr data-video="7" data-moving="yes"> …</table></div>
 */

const EVERY_MS = 2000;
const SLOWEST_MS = 30000;

function movingRows(element) {
  return [...element.querySelectorAll('tr[data-video][data-moving="yes"]')];
}

async function refresh(element) {
  const rows = movingRows(element);
  const url = new URL(element.dataset.rowsUrl, document.baseURI);
  for (const row of rows) url.searchParams.append("id", row.dataset.video);
  const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!response.ok) throw new Error(`rows: ${response.status}`);
  const page = new DOMParser().parseFromString(`<table>${await response.text()}</table>`, "text/html");
  for (const row of rows) {
    const fresh = page.querySelector(`tr[data-video="${CSS.escape(row.dataset.video)}"]`);
    if (fresh) row.replaceWith(document.adoptNode(fresh));
    else row.dataset.moving = "no"; // removed meanwhile
  }
}

export function connect(element) {
  let timer = 0;
  let wait = EVERY_MS;

  function plan() {
    clearTimeout(timer);
    if (movingRows(element).length > 0) timer = setTimeout(ask, wait);
  }

  async function ask() {
    if (document.hidden) return; // visibilitychange plans the next one
    try {
      await refresh(element);
      wait = EVERY_MS;
    } catch (error) {
      console.warn(error);
      wait = Math.min(SLOWEST_MS, wait * 2);
    }
    plan();
  }

  document.addEventListener("visibilitychange", plan);
  plan();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", plan);
  };
}
