// The course of the evening, as the server tells it: charts, peak, table, how busy gates are.

import { inside, moves } from "./chart.mjs";
import { $, make, minute, now, number, text } from "./page.mjs";

const MINUTE_MS = 60000;
/** Minutes, the present one included, from which the server counts who passed a gate lately. */
const RATE_MINUTES = 10;

let points = [];
let evening = null;
/** A fuller moment than the course knows of yet: it comes a little later than the number of people inside. */
let fuller = null;
let here = 0;

/** What the server told last; null until then. */
export const told = () => evening;

/** People a minute through a gate, both ways, in the last ten minutes, and when somebody last passed (ms; null: never). */
export function busy(gate) {
  const found = evening?.gates.find((known) => known.gate === gate);
  if (!found) return null;
  const from = (Math.floor(now() / MINUTE_MS) - RATE_MINUTES + 1) * MINUTE_MS;
  return { rate: (found.lately * MINUTE_MS) / Math.max(MINUTE_MS, now() - from), last: found.last ?? null };
}

function drawTable() {
  if (!$("course-details").open) return;
  $("course").replaceChildren(...[...points].reverse().map((point) => {
    const line = document.createElement("tr");
    line.append(make("th", minute(point.at), { scope: "row" }), ...[point.in, point.out, point.inside].map((n) => make("td", number(n))));
    return line;
  }));
}

function draw() {
  $("charts").hidden = points.length === 0;
  $("course-none").hidden = points.length > 0;
  if (points.length === 0) return;
  inside($("chart-inside"), points);
  moves($("chart-moves"), points);
  drawTable();
}

/** So many people are inside now: the peak is never below that. */
export function holds(people) {
  here = people;
  if (evening === null) return;
  if (people > Math.max(evening.peak?.people ?? 0, fuller?.people ?? 0)) fuller = { people, at: now() };
  const peak = fuller ?? evening.peak;
  if (peak) $("peak").textContent = text("peak-at", { n: number(peak.people), time: minute(peak.at) });
}

/** News of it. */
export function show(next) {
  evening = next;
  points = next.points.map(([at, come, gone, people]) => ({ at, length: next.step, in: come, out: gone, inside: people }));
  // It was made after the number of people, so it knows that moment.
  fuller = null;
  draw();
  holds(here);
}

$("course-details").addEventListener("toggle", drawTable);
let drawing = 0;
new ResizeObserver(() => {
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(draw);
}).observe($("charts").parentElement);
