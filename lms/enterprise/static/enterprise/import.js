/**
 * Shows how far an import has come, by a socket; where none opens, by asking every two seconds. When it is over, the page
 * is loaded anew: the server knows what to show then.
 *
 * @example <section data-connect="…/import.js" data-socket="/ws/import/…/" data-progress="/…/progress/"> <progress data-part="bar">
 */
const EVERY_MS = 2000;

function show(root, { done, total }) {
  const bar = root.querySelector("[data-part=bar]");
  if (!bar) return;
  bar.max = total;
  bar.value = done;
  root.querySelector("[data-part=done]").textContent = String(done);
  root.querySelector("[data-part=total]").textContent = String(total);
}

export function connect(root) {
  let stopped = false;
  let timer = 0;
  const take = (told) => {
    if (stopped) return;
    show(root, told);
    if (!told.moving) {
      stopped = true;
      window.location.reload();
    }
  };
  const ask = async () => {
    if (stopped) return;
    try {
      const answer = await fetch(root.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) take(await answer.json());
    } catch {
      // The network is gone for a moment; the next question may reach the server.
    }
    if (!stopped) timer = window.setTimeout(ask, EVERY_MS);
  };
  const socket = new WebSocket(root.dataset.socket.replace(/^/, `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`));
  socket.addEventListener("message", (event) => take(JSON.parse(event.data)));
  socket.addEventListener("close", ask);
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    socket.close();
  };
}
