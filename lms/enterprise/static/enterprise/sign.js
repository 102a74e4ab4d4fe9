/**
 * Asks the browser where it is, when a training wants to know, and puts the answer into the form.
 *
 * The server measures the distance and keeps nothing else; without an answer it says so in words.
 */

function say(root, key) {
  const line = root.querySelector("[data-part=place]");
  if (line) line.textContent = line.dataset[key];
}

function write(root, position) {
  const { latitude, longitude, accuracy } = position.coords;
  for (const [name, value] of Object.entries({ latitude, longitude, accuracy })) {
    root.querySelector(`input[name=${name}]`).value = String(value);
  }
  say(root, "found");
}

export function connect(root) {
  if (root.dataset.place !== "asked") return;
  if (!navigator.geolocation) {
    say(root, "refused");
    return;
  }
  say(root, "waiting");
  navigator.geolocation.getCurrentPosition(
    (position) => write(root, position),
    () => say(root, "refused"),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 15000 },
  );
}
