// The scanners: who is there, who was heard of when, and what they still hold.

import { told as course } from "./course.mjs";
import { $, make, now, number, span, text } from "./page.mjs";

/** Three heartbeats missed: away (ms) … */
const AWAY_MS = 35000;
/** … and after so long it is called offline (ms). */
const OFFLINE_MS = 10 * 60000;
const HOUR_MS = 60 * 60000;
/** Per cent from which on a battery is almost empty. */
const LOW_BATTERY = 15;
/** A clock that is wrong by more confuses whoever reads its times; the log corrects it (ms). */
const FAR_OFF_MS = 60000;
/** Scans below which a share says nothing … */
const FEW_SCANS = 20;
/** … and the share of refusals that is unusual. */
const MANY_REFUSED = 0.25;
/** Entries that a scanner in contact should not hold back. */
const MANY_QUEUED = 50;
/** A list is fetched within seconds; after so long something is wrong (ms). */
const BEHIND_MS = 5 * 60000;

function reach(scanner) {
  if (scanner.state !== "active") return scanner.state;
  const silence = scanner.presence ? now() - scanner.presence.seen : Infinity;
  if (silence <= AWAY_MS) return "online";
  return silence <= OFFLINE_MS ? "away" : "offline";
}

function clockText({ clock_offset: offset, clock_error: error }) {
  if (offset === null || offset === undefined) return "";
  // To a tenth of a second: nobody at a door needs more.
  const [by, within] = [offset, error ?? 0].map((ms) => Math.round(Math.abs(ms) / 100) / 10);
  const sign = by === 0 ? "" : offset < 0 ? "−" : "+";
  return text("scanner-clock", { n: `${sign}${number(by)}${within > 0 ? ` ± ${number(within)}` : ""}` });
}

function facts(scanner, newest) {
  const there = scanner.presence;
  if (!there) return scanner.state === "active" ? [text("scanner-never")] : [];
  const told = [text("scanner-heard", { time: span(now() - there.seen) })];
  if (there.pending) told.push(text("scanner-queued", { n: number(there.pending) }));
  if (newest) {
    if (!there.manifest) told.push(text("scanner-list-none"));
    else told.push(text("scanner-on-list", { version: there.manifest }));
  }
  told.push(clockText(there));
  if (there.battery !== null && there.battery !== undefined) told.push(text("scanner-battery", { n: there.battery }));
  const { scans, refused } = pace(scanner.id);
  if (scans > 0) {
    const percent = number(Math.round((100 * (scans - refused)) / scans));
    told.push(text("scanner-pace", { n: number(scans), out: number(refused), percent }));
  }
  return told.filter(Boolean);
}

/** Scans an hour, as the last hour (or less, at a great rush) went, and how many of them let nobody pass. */
function pace(id) {
  const evening = course();
  const found = evening?.scanners.find(({ scanner }) => scanner === id);
  if (!found) return { scans: 0, refused: 0 };
  const hourly = (n) => Math.round((n * HOUR_MS) / evening.window);
  return { scans: hourly(found.passed + found.refused), refused: hourly(found.refused) };
}

/** What somebody should look at. */
function oddities(scanner, manifest) {
  const there = scanner.presence;
  if (!there || scanner.state !== "active") return [];
  const told = [];
  const { scans, refused } = pace(scanner.id);
  if (there.battery !== null && there.battery !== undefined && there.battery <= LOW_BATTERY) told.push(text("odd-battery"));
  if (Math.abs(there.clock_offset ?? 0) - (there.clock_error ?? 0) > FAR_OFF_MS) told.push(text("odd-clock"));
  if (scans >= FEW_SCANS && refused / scans > MANY_REFUSED) told.push(text("odd-refused"));
  if (reach(scanner) === "online" && there.pending >= MANY_QUEUED) told.push(text("odd-queued", { n: number(there.pending) }));
  const behind = manifest && there.manifest && there.manifest < manifest.version ? now() - manifest.created : 0;
  if (reach(scanner) === "online" && behind > BEHIND_MS) told.push(text("odd-list", { time: span(behind) }));
  return told;
}

function item(scanner, gates, manifest) {
  const newest = manifest?.version;
  const state = reach(scanner);
  const line = make("li", "", { "data-reach": state });
  const gate = gates.find(({ gate: id }) => id === (scanner.presence?.gate ?? scanner.gate))?.name;
  const head = make("p", "", { class: "device" });
  head.append(make("b", scanner.name), make("span", gate ?? "", { class: "soft" }), make("span", text(`scanner-${state}`), { class: "sign" }));
  line.append(head, make("p", facts(scanner, newest).join(" · "), { class: "soft" }));
  for (const odd of oddities(scanner, manifest)) line.append(make("p", `⚠ ${odd}`, { class: "mind" }));
  if (scanner.disputed) line.append(make("p", `⚠ ${text("scanner-disputed")}`, { class: "mind" }));
  return line;
}

const ORDER = ["offline", "away", "online", "invited", "revoked"];

export function draw({ scanners, stats, occupancy }) {
  const newest = stats.manifest?.version;
  const active = scanners.filter(({ state }) => state === "active");
  const online = active.filter((scanner) => reach(scanner) === "online");
  const current = active.filter(({ presence }) => newest && presence?.manifest >= newest);
  $("scanners-count").textContent = text("scanners-online", { n: number(online.length), of: number(active.length) });
  $("scanners-lists").textContent = newest ? text("scanners-lists", { n: number(current.length), of: number(active.length), version: newest }) : "";
  const weight = (scanner) => ORDER.indexOf(reach(scanner)) - (scanner.disputed ? 10 : 0);
  const sorted = [...scanners].sort((a, b) => weight(a) - weight(b) || a.name.localeCompare(b.name));
  $("scanners").replaceChildren(...sorted.map((scanner) => item(scanner, occupancy.gates, stats.manifest)));
}
