// A form is sent once, however often its button is pressed while the answer is on its way: thumbs tap twice, and networks of
// venues are slow. Everything works without this.

/** After so long without an answer it may be sent again (ms). */
const AGAIN_MS = 10000;

let sent = new WeakSet();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), AGAIN_MS);
});

// Whoever comes back to the page may send it anew.
addEventListener("pageshow", () => { sent = new WeakSet(); });
