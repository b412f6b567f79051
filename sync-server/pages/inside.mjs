// How many are inside, how sure that is and why, how full the venue is; the same for zones and gates.

import { busy } from "./course.mjs";
import { $, facts, make, minute, now, number, span, text } from "./page.mjs";

const MINUTE_MS = 60000;

export function rangeText({ counted, low, high, exact }) {
  if (low !== high) return text("inside-range", { low: number(low), high: number(high) });
  return exact ? number(counted) : text("inside-about", { n: number(counted) });
}

function nameOf(scanner, gates) {
  const gate = gates.find(({ gate: id }) => id === (scanner.presence?.gate ?? scanner.gate));
  return gate?.name ? `${scanner.name} (${gate.name})` : scanner.name;
}

/** Why it is not one number: a sentence for each scanner, however many causes it has. */
function causes(range, { scanners, occupancy: { gates } }) {
  const bodies = ({ in: inward, out }) => [inward && `+${number(inward)}`, out && `−${number(out)}`].filter(Boolean).join(" ");
  const told = [];
  const silent = new Set(range.causes.filter(({ cause }) => cause === "silent").map(({ scanner }) => scanner));
  const queued = new Map(range.causes.filter(({ cause }) => cause === "pending").map((found) => [found.scanner, found.bodies]));
  for (const cause of range.causes) {
    if (cause.cause === "quarantined") told.push(text("cause-quarantined", { n: bodies(cause.bodies) }));
    if (cause.cause === "second_branch") told.push(text("cause-second-branch", { n: bodies(cause.bodies) }));
  }
  for (const id of new Set([...silent, ...queued.keys()])) {
    const scanner = scanners.find((known) => known.id === id);
    const who = scanner ? nameOf(scanner, gates) : id.slice(0, 8);
    const n = queued.has(id) ? bodies(queued.get(id)) : "";
    const seen = scanner?.presence?.seen;
    const time = seen === undefined ? "" : span(now() - seen);
    if (!silent.has(id)) told.push(text("cause-queued", { who, n }));
    else if (!time) told.push(text("cause-never", { who }));
    else told.push(n ? text("cause-silent-queued", { who, n, time }) : text("cause-silent", { who, time }));
  }
  return told;
}

function list(element, items) {
  const shown = [...element.children].map((item) => item.textContent);
  if (shown.join("\n") === items.join("\n")) return;
  element.replaceChildren(...items.map((item) => make("li", item)));
  element.hidden = items.length === 0;
}

/** How full it is at most: the state's name, and per cent. */
function fullness(high, capacity, { warning, danger }) {
  const percent = capacity > 0 ? (100 * high) / capacity : 100;
  if (percent > 100) return { state: "over", percent };
  if (percent >= danger) return { state: "danger", percent };
  return { state: percent >= warning ? "warn" : "ok", percent };
}

function drawCapacity({ low, high }, capacity, thresholds) {
  const known = capacity !== null && capacity !== undefined;
  $("capacity").hidden = !known;
  $("remaining-figure").hidden = !known;
  if (!known) {
    delete document.body.dataset.fill;
    return;
  }
  const { state, percent } = fullness(high, capacity, thresholds);
  const share = (people) => `${Math.min(100, Math.max(0, capacity > 0 ? (100 * people) / capacity : 100))}%`;
  $("bar-low").style.width = share(low);
  $("bar-high").style.width = share(high);
  const word = text(`fill-${state}`);
  const fill = text("fill", { percent: number(Math.floor(percent)), capacity: number(capacity) });
  $("bar").setAttribute("aria-valuenow", String(Math.min(100, Math.max(0, Math.floor(percent)))));
  $("bar").setAttribute("aria-valuetext", `${word}: ${fill}`);
  $("fill-word").textContent = word;
  $("fill").textContent = fill;
  document.body.dataset.fill = state;
  const [least, most] = [capacity - high, capacity - low];
  $("remaining").textContent = least === most ? number(most) : text("inside-range", { low: number(least), high: number(most) });
}

const row = (...cells) => {
  const line = document.createElement("tr");
  const [head, ...others] = cells;
  line.append(make("th", head, { scope: "row" }), ...others.map((cell) => make("td", cell)));
  return line;
};

function rateText(gate) {
  const found = busy(gate);
  if (found === null) return "–";
  const people = found.rate;
  if (people === 0) return found.last === null ? text("gate-idle") : text("gate-idle-for", { time: span(now() - found.last - MINUTE_MS) });
  return number(people < 10 ? Math.max(0.1, Math.round(people * 10) / 10) : Math.round(people));
}

/** What the passing of time alone changes: how long somebody is silent, how busy a gate is. */
export function drawAges(state) {
  list($("causes"), causes(state.occupancy.total, state));
  $("gates").replaceChildren(...state.occupancy.gates.map((gate) =>
    row(gate.name ?? text("gate-nameless", { n: gate.gate }), number(gate.in), number(gate.out), rateText(gate.gate))));
}

/** What concerns no single scanner of the event. */
function drawOddities({ not_certified: strays, manifest }) {
  const told = [];
  if (strays > 0) told.push(text("odd-strays", { n: number(strays) }));
  if (manifest?.equivocation) told.push(text("odd-equivocation", { version: manifest.equivocation }));
  list($("oddities"), told);
}

function forecastText({ forecast, from, to, trust }) {
  if (from === undefined) return forecast === "too_little" ? text("forecast-too_little") : `${text("forecast-label")} ${text(`forecast-${forecast}`)}`;
  const at = (minutes) => minute(now() + minutes * MINUTE_MS);
  const open = to === null || to === undefined;
  const values = { low: number(from), high: open ? "" : number(to), at: at(from), time: open ? "" : at(to) };
  return `${text("forecast-label")} ${text(`forecast-${forecast}${open ? "-open" : ""}`, values)}; ${text(`forecast-${trust}`)}`;
}

/** What changes slowly: the forecast, and who of those with tickets is here. */
export function drawCourse(course) {
  $("forecast").textContent = forecastText(course);
  $("forecast").dataset.forecast = course.forecast;
  $("products").replaceChildren(...course.products.map(({ product, name, expected, arrived }) => {
    const share = expected > 0 ? Math.floor((100 * arrived) / expected) : 0;
    return row(name ?? text("arrivals-nameless", { n: product }), number(arrived), number(expected), `${number(share)} %`);
  }));
  $("arrivals").hidden = course.products.length === 0;
}

export function draw(state) {
  const { occupancy, stats } = state;
  const outer = occupancy.gates.filter(({ gate }) => !facts.inner_gates.includes(gate));
  const sum = (way) => outer.reduce((total, gate) => total + gate[way], 0);
  $("inside").textContent = rangeText(occupancy.total);
  drawAges(state);
  drawCapacity(occupancy.total, occupancy.capacity, state.thresholds);
  drawOddities(stats);
  $("in").textContent = number(sum("in"));
  $("out").textContent = number(sum("out"));
  $("arrived").textContent = text("arrived-of", { n: number(stats.tickets_used), of: number(stats.tickets) });
  $("zones").replaceChildren(...occupancy.zones.map((zone) => {
    const known = zone.capacity !== null && zone.capacity !== undefined;
    const full = known ? fullness(zone.people.high, zone.capacity, state.thresholds) : { state: "ok" };
    const word = full.state === "ok" ? "" : ` ${text(`fill-${full.state}`)}`;
    const limit = known ? `${number(zone.capacity)}${word}` : text("capacity-none");
    return row(zone.name ?? text("zone-nameless", { n: zone.zone }), rangeText(zone.people), limit);
  }));
}
