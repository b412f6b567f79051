// Tickets that were let in too often: the newest first, each in one sentence, with both scans and what was done about it.
// News come by the stream; the list itself is read when the page opens, comes back, or counts otherwise than the server.

import { $, act, ask, language, make, number, say, second, text } from "./page.mjs";

/** Most stories on the page. */
const SHOWN = 100;
/** After so long a list that could not be read is asked for again (ms). */
const AGAIN_MS = 5000;

const known = new Map();
const lines = new Map();
let total = 0;
let open = 0;
let reading = false;
let unread = true;
let gates = [];

const told = (conflict) => conflict.told?.[language] ?? conflict.text;

function scan(title, admission, scanner) {
  const gate = gates.find(({ gate: id }) => id === admission.gate)?.name ?? text("gate-nameless", { n: admission.gate });
  const { lo, at, hi } = admission.time;
  const doubt = Math.max(at - lo, hi - at);
  const time = doubt >= 1000 ? `${second(at)} ± ${text("span-seconds", { n: number(Math.round(doubt / 1000)) })}` : second(at);
  const parts = [time, gate, scanner, text("conflict-people", { n: number(admission.people) })];
  if (admission.dark) parts.push(text("conflict-dark"));
  return [make("dt", title), make("dd", parts.filter(Boolean).join(" · "), { dir: "auto" })];
}

function form(conflict) {
  const details = make("details", "", { class: "controls" });
  const id = `note-${conflict.id.slice(0, 16)}`;
  const summary = make("summary", "", { id: `${id}-open` });
  const label = make("label", text("conflict-note-label"), { for: id });
  const input = make("input", "", { id, maxlength: 1000, autocomplete: "off" });
  const button = make("button", text("conflict-acknowledge"), { class: "deed", id: `${id}-save` });
  const said = make("p", "", { role: "status", class: "mind" });
  const element = make("form");
  element.append(label, input, button, said);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const done = await act("PUT", `conflicts/${conflict.id}/note`, { note: input.value.trim() });
    button.disabled = false;
    said.textContent = done ? "" : text("act-failed");
    if (done) {
      details.open = false;
      summary.focus();
    }
  });
  details.append(summary, element);
  return details;
}

/** A conflict keeps its element: what somebody is typing about it stays. */
function line(conflict) {
  let element = lines.get(conflict.id);
  if (!element) {
    element = make("li", "", { "data-conflict": conflict.id });
    element.append(make("span", "", { class: "kind" }), make("p", "", { class: "told", dir: "auto" }));
    element.append(make("dl", "", { class: "scans" }), make("p", "", { class: "note", dir: "auto" }), form(conflict));
    lines.set(conflict.id, element);
  }
  const part = (selector) => element.querySelector(selector);
  const change = (selector, content) => { if (part(selector).textContent !== content) part(selector).textContent = content; };
  element.dataset.kind = conflict.looks_like;
  change(".kind", text(`conflict-${conflict.looks_like}`));
  change(".told", told(conflict));
  const { first, second: then } = conflict.story;
  const scans = first ? scan(text("conflict-first"), first, conflict.first_scanner) : [];
  part(".scans").replaceChildren(...scans, ...scan(text(first ? "conflict-second" : "conflict-scan"), then, conflict.second_scanner));
  const { note } = conflict;
  element.toggleAttribute("data-seen", Boolean(note));
  part(".note").hidden = !note;
  const words = note?.text ? "conflict-note" : "conflict-seen";
  change(".note", note ? text(words, { who: note.by, at: second(note.at), text: note.text }) : "");
  change("summary", text(note ? "conflict-change" : "conflict-acknowledge"));
  return element;
}

function show() {
  const later = (a, b) => b.revision - a.revision || b.story.second.time.at - a.story.second.time.at;
  const newest = [...known.values()].sort(later).slice(0, SHOWN);
  const list = $("conflicts");
  for (const [id, element] of lines) {
    if (newest.some((conflict) => conflict.id === id)) continue;
    element.remove();
    lines.delete(id);
  }
  newest.map(line).forEach((element, at) => {
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
  $("conflicts-none").hidden = newest.length > 0;
  $("conflicts-count").textContent = total > 0 ? text("conflicts-count", { n: number(total), of: number(open) }) : "";
  document.body.dataset.conflicts = total > 0 ? "some" : "none";
  const older = Math.max(0, total - newest.length);
  $("conflicts-older").hidden = older === 0;
  $("conflicts-older").textContent = text("conflicts-older", { n: number(older) });
}

async function read() {
  // What is found out while an answer is under way may not be in it.
  unread = reading;
  if (reading) return;
  reading = true;
  let pause = 0;
  try {
    // They come in the order in which they were found out; only the last ones are shown.
    const { conflicts } = await ask(`conflicts?offset=${Math.max(0, total - SHOWN)}&limit=1000&languages=true`);
    known.clear();
    for (const conflict of conflicts) known.set(conflict.id, conflict);
    show();
  } catch {
    unread = true;
    pause = AGAIN_MS;
  }
  reading = false;
  if (unread) setTimeout(read, pause);
}

/** The connection was lost for a while: the list has to be read again. */
export function forget() {
  unread = true;
}

/** A new or changed one. */
export function tell(conflict) {
  const isNew = !known.has(conflict.id);
  known.set(conflict.id, conflict);
  if (isNew && !unread) {
    total += 1;
    say("conflicts-news", text("conflicts-new", { text: told(conflict) }));
  }
  show();
}

/** The server's count. */
export function count({ stats, occupancy }) {
  total = stats.conflicts;
  open = stats.conflicts_open;
  gates = occupancy.gates;
  const shown = Math.min(SHOWN, known.size);
  if (unread || reading || shown < Math.min(SHOWN, total) || known.size > total) read();
  else show();
}
