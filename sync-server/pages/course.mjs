// The course of the evening: from the timeline to charts, peak and table.

import { inside, moves } from "./chart.mjs";
import { $, ask, facts, make, minute, now, number, text } from "./page.mjs";

/** Least time between two readings (ms); changes in between come with the next one. */
const PAUSE_MS = 5000;
const MINUTE_MS = 60000;
/** How far back it is looked for the rate at a gate (ms). */
const RATE_MS = 10 * MINUTE_MS;

let step = 1;
let seen = null;
let busy = false;
let points = [];
let raw = null;
let heard = () => {};

/** Minutes in a bucket, so that there are at most some 150 of them. */
function fitting(length) {
  return [1, 2, 5, 10, 15, 30, 60, 120, 240, 1440].find((minutes) => length / (minutes * MINUTE_MS) <= 150) ?? 1440;
}

/** Every bucket from the first to the last, also those in which nobody moved, and how many were inside at its end. */
function complete({ step: length, buckets }) {
  if (buckets.length === 0) return [];
  const byTime = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  const last = buckets[buckets.length - 1].at;
  const all = [];
  let people = 0;
  for (let at = buckets[0].at; at <= last; at += length) {
    const moved = Object.entries(byTime.get(at)?.gates ?? {}).filter(([gate]) => !facts.inner_gates.includes(Number(gate)));
    const inward = moved.reduce((sum, [, [come]]) => sum + come, 0);
    const out = moved.reduce((sum, [, [, gone]]) => sum + gone, 0);
    people += inward - out;
    all.push({ at, length, in: inward, out, inside: people });
  }
  return all;
}

/** People a minute through a gate, both ways, in the last ten minutes; null until that is known. */
export function rate(gate) {
  if (raw === null) return null;
  const from = Math.floor((now() - RATE_MS) / raw.step) * raw.step;
  const recent = raw.buckets.filter(({ at: begin }) => begin >= from);
  const people = recent.reduce((sum, { gates }) => sum + (gates[gate]?.[0] ?? 0) + (gates[gate]?.[1] ?? 0), 0);
  return (people * MINUTE_MS) / (now() - from);
}

/** Is told after every reading. */
export const onRead = (listener) => { heard = listener; };

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
  const peak = points.reduce((best, point) => (point.inside > best.inside ? point : best));
  $("peak").textContent = text("peak-at", { n: number(peak.inside), time: minute(peak.at) });
  inside($("chart-inside"), points);
  moves($("chart-moves"), points);
  drawTable();
}

async function read() {
  let timeline = await ask(`timeline?step=${step}`);
  const { buckets } = timeline;
  const length = buckets.length ? buckets[buckets.length - 1].at - buckets[0].at : 0;
  if (fitting(length) !== step) {
    step = fitting(length);
    timeline = await ask(`timeline?step=${step}`);
  }
  raw = timeline;
  points = complete(timeline);
  draw();
  heard();
}

/** Reads the timeline when the event changed, and not more often than it makes sense. */
export async function follow(revision) {
  if (busy || revision === seen) return;
  busy = true;
  try {
    await read();
    seen = revision;
  } catch {
    seen = null;
  }
  setTimeout(() => {
    busy = false;
    if (latest !== null && latest !== seen) follow(latest);
  }, PAUSE_MS);
}

let latest = null;

/** The event's revision, as the stream tells it. */
export function at(revision) {
  latest = revision;
  follow(revision);
}

$("course-details").addEventListener("toggle", drawTable);
let drawing = 0;
new ResizeObserver(() => {
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(draw);
}).observe($("charts").parentElement);
