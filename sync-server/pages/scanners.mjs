// The scanners: who is there, who was heard of when, and what they still hold.

import { $, make, now, number, span, text } from "./page.mjs";

/** Three heartbeats missed: away (ms) … */
const AWAY_MS = 35000;
/** … and after so long it is called offline (ms). */
const OFFLINE_MS = 10 * 60000;

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
    else told.push(there.manifest >= newest ? text("scanner-list-newest") : text("scanner-list-older"));
  }
  told.push(clockText(there));
  if (there.battery !== null && there.battery !== undefined) told.push(text("scanner-battery", { n: there.battery }));
  return told.filter(Boolean);
}

function item(scanner, gates, newest) {
  const state = reach(scanner);
  const line = make("li", "", { "data-reach": state });
  const gate = gates.find(({ gate: id }) => id === (scanner.presence?.gate ?? scanner.gate))?.name;
  const head = make("p", "", { class: "device" });
  head.append(make("b", scanner.name), make("span", gate ?? "", { class: "soft" }), make("span", text(`scanner-${state}`), { class: "sign" }));
  line.append(head, make("p", facts(scanner, newest).join(" · "), { class: "soft" }));
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
  $("scanners-lists").textContent = newest ? text("scanners-lists", { n: number(current.length), of: number(active.length) }) : "";
  const weight = (scanner) => ORDER.indexOf(reach(scanner)) - (scanner.disputed ? 10 : 0);
  const sorted = [...scanners].sort((a, b) => weight(a) - weight(b) || a.name.localeCompare(b.name));
  $("scanners").replaceChildren(...sorted.map((scanner) => item(scanner, occupancy.gates, newest)));
}
