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

/** An area or a kind of ticket that gets another name gets it wherever it can be chosen. */
function rename({ name, value }) {
  const [, part, at] = /^(zones|products)\.(\d+)\.name$/.exec(name) ?? [];
  if (!part || !value.trim()) return;
  const id = form.elements[`${part}.${at}.id`].value;
  for (const place of form.querySelectorAll("select option, label.choice")) {
    const box = place.closest("select") ?? place.querySelector("input");
    const [, field] = /^(?:gates|products)\.\d+\.(zones?|from|products)$/.exec(box.name) ?? [];
    if (!field || (field === "products") !== (part === "products")) continue;
    if ((place.value ?? box.value) === id) (place.querySelector("bdi") ?? place).textContent = value;
  }
}

form.addEventListener("input", ({ target }) => {
  rename(target);
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE);
});

// Where no event tells which time zone is meant, this device's is the best guess.
const zone = document.getElementById("time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone.dataset.guess === "true" && [...zone.options].some(({ value }) => value === here)) zone.value = here;
