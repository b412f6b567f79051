// The page with an event's rules: says what they mean while they are being filled in. Everything else works without this.

const form = document.getElementById("rules");
const said = document.getElementById("said");
const none = document.getElementById("said-none");

/** Pause after the last key (ms) before the server is asked. */
const PAUSE = 300;

let waiting;
let asking;

async function preview() {
  asking?.abort();
  asking = new AbortController();
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("/events/preview", { method: "POST", body, signal: asking.signal });
    if (!response.ok) return;
    const sentences = (await response.json()).said;
    said.replaceChildren(...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
    none.hidden = sentences.length > 0;
  } catch (error) {
    // Overtaken by the next one, or no network: the sentences stay as they are until the next change.
    if (error.name !== "AbortError") console.warn(error.message);
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE);
});

// Where no event tells which time zone is meant, this device's is the best guess.
const zone = document.getElementById("time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone.dataset.guess === "true" && [...zone.options].some(({ value }) => value === here)) zone.value = here;
