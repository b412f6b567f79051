// Tickets that were let in too often: the newest first, each in one sentence. News come by the stream; the list itself is
// read when the page opens, comes back, or counts otherwise than the server.

import { $, ask, make, number, say, second, text } from "./page.mjs";

/** Most stories on the page. */
const SHOWN = 100;
/** After so long a list that could not be read is asked for again (ms). */
const AGAIN_MS = 5000;

const known = new Map();
let total = 0;
let reading = false;
let unread = true;

function story(conflict) {
  const line = make("li", "", { "data-kind": conflict.looks_like });
  line.append(make("span", text(`conflict-${conflict.looks_like}`), { class: "kind" }), make("p", conflict.text));
  const scanners = [conflict.first_scanner, conflict.second_scanner].filter(Boolean).join(" → ");
  line.append(make("p", scanners, { class: "soft" }));
  if (conflict.note) {
    const { by, at, text: note } = conflict.note;
    line.append(make("p", text("conflict-note", { who: by, at: second(at), text: note }), { class: "note" }));
  }
  return line;
}

function show() {
  const later = (a, b) => b.revision - a.revision || b.story.second.time.at - a.story.second.time.at;
  const newest = [...known.values()].sort(later).slice(0, SHOWN);
  $("conflicts").replaceChildren(...newest.map(story));
  $("conflicts-none").hidden = newest.length > 0;
  $("conflicts-count").textContent = total > 0 ? number(total) : "";
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
    const { conflicts } = await ask(`conflicts?offset=${Math.max(0, total - SHOWN)}&limit=1000`);
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
    say("conflicts-news", text("conflicts-new", { text: conflict.text }));
  }
  show();
}

/** The server's count. */
export function count({ stats }) {
  total = stats.conflicts;
  const shown = Math.min(SHOWN, known.size);
  if (unread || reading || shown < Math.min(SHOWN, total) || known.size > total) read();
  else show();
}
