// How the scanner is, as it changes; and whether its program still answers.

import { $, make, text } from "./page.mjs";

const LOST_AFTER_MS = 5000;

let heard = 0;
let state = null;
const listeners = [];

/** Hears every new state. */
export const onState = (listener) => listeners.push(listener);

export const latest = () => state;

/** Shows once more how the scanner is: what somebody chose was not taken. */
export const redraw = () => { if (state) draw(state); };

export const isLost = () => !$("lost").hidden;

function age(minutes) {
  if (minutes < 1) return text("age-now");
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

function draw(shows) {
  document.body.dataset.reach = shows.reach;
  document.body.dataset.direction = shows.direction;
  const gate = shows.gates.find((known) => known.id === shows.gate);
  $("fact-gate").textContent = gate?.name ?? "–";
  $("fact-inside").textContent = shows.inside ?? "–";
  $("fact-reach").textContent = text(`state-${shows.reach}`);
  $("fact-pending").textContent = shows.pending;
  $("fact-list").textContent = shows.list_minutes === null ? text("list-none") : age(shows.list_minutes);
  $("fact-contact").textContent = shows.contact_minutes === null ? text("synced-never") : age(shows.contact_minutes);
  $("battery").hidden = shows.battery === null;
  $("fact-battery").textContent = `${shows.battery} %`;
  for (const input of document.querySelectorAll("[name=direction]")) input.checked = input.value === shows.direction;
  const warnings = [...$("warnings").children].map((item) => item.textContent);
  if (warnings.join() !== shows.warnings.join()) {
    $("warnings").replaceChildren(...shows.warnings.map((warning) => make("li", warning)));
  }
  $("enrol-hint").hidden = shows.who !== null;
  $("direction").hidden = shows.who === null;
  // A steward's device has none of what stands behind the PIN.
  $("supervisor-open").hidden = shows.supervisor === "none";
  $("facts").hidden = shows.who === null;
}

export function begin() {
  const source = new EventSource("/door/live");
  const alive = () => {
    heard = performance.now();
    $("lost").hidden = true;
  };
  source.addEventListener("beat", alive);
  source.addEventListener("state", (event) => {
    alive();
    const { shows, problem } = JSON.parse(event.data);
    if (problem) {
      $("warnings").replaceChildren(make("li", problem));
      return;
    }
    state = shows;
    draw(shows);
    for (const listener of listeners) listener(shows);
  });
  heard = performance.now();
  setInterval(() => {
    if (performance.now() - heard > LOST_AFTER_MS) $("lost").hidden = false;
    // A browser gives up after some errors; the door does not.
    if (source.readyState === EventSource.CLOSED) location.reload();
  }, 500);
}
