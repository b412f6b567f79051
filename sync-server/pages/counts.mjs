// People without tickets, counted by hand: the form is sent without leaving the page, and what was counted lately is told.
// The form works without this as well; the server answers with a page, of which what is new is taken over here.

import { $, ask, make, number, say, second, text } from "./page.mjs";

let gates = [];
let latest = [];

const sign = (people) => (people < 0 ? `−${number(-people)}` : `+${number(people)}`);

function line(count) {
  const element = make("li");
  const gate = gates.find(({ gate: id }) => id === count.gate)?.name ?? text("gate-nameless", { n: count.gate ?? "–" });
  const parts = [gate, count.reason, count.operator, count.office ? text("count-office") : count.scanner_name];
  const people = make(count.counted ? "b" : "s", sign(count.people), { class: "people" });
  element.append(make("span", second(count.at), { class: "soft" }), " ", people);
  if (!count.counted) element.append(" ", text("count-void"));
  for (const part of parts.filter(Boolean)) element.append(" · ", make("bdi", part));
  return element;
}

function show() {
  $("counts-none").hidden = latest.length > 0;
  $("counts").replaceChildren(...latest.map(line));
}

/** What was counted lately, as the stream tells it. */
export function draw({ counts }) {
  latest = counts;
  show();
}

/** The gates, by their names. */
export function known({ occupancy }) {
  const changed = JSON.stringify(gates) !== JSON.stringify(occupancy.gates.map(({ gate, name }) => ({ gate, name })));
  if (!changed) return;
  gates = occupancy.gates.map(({ gate, name }) => ({ gate, name }));
  show();
}

async function read() {
  try {
    draw({ counts: (await ask("counts")).counts.slice(0, Math.max(20, latest.length)) });
  } catch {
    // The stream tells it a little later.
  }
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  form.setAttribute("aria-busy", "true");
  let page;
  try {
    const response = await fetch(form.action, { method: "POST", body });
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // Nobody knows whether it arrived; sent again, the same form counts once.
    form.removeAttribute("aria-busy");
    say("counts-said", text("count-unsure"));
    return;
  }
  const next = page.getElementById("count-form");
  if (!next) {
    // The session ended, or the event was archived: the browser sends it itself, and shows what the server says to that.
    form.append(make("input", "", { type: "hidden", name: button.name, value: button.value }));
    form.submit();
    return;
  }
  form.replaceWith(document.adoptNode(next));
  say("counts-said", page.getElementById("notice")?.textContent ?? "");
  ($("errors") ?? $(button.id)).focus();
  await read();
}

$("hand").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter ?? $("count-in"));
});
