// Alarms of fullness: shown to everybody, sounding until somebody has acknowledged them by name.

import { $, act, facts, make, minute, number, say, text } from "./page.mjs";
import * as sound from "./sound.mjs";

const shown = new Map();
const WORD = { warning: "fill-warn", danger: "fill-danger", over: "fill-over" };

/** `people`: how many there can be now; otherwise how many there could be when it was raised. */
function words(alarm, people = alarm.people) {
  const title = alarm.zone === null || alarm.zone === undefined
    ? text("alarm-venue")
    : alarm.zone_name ?? text("zone-nameless", { n: alarm.zone });
  return text("alarm-line", { title, n: number(people), capacity: number(alarm.capacity), time: minute(alarm.raised) });
}

/** An alarm keeps its element, so that a button somebody is about to press stays where it is. */
function element(alarm) {
  const line = make("li", "", { id: `alarm-${alarm.id}` });
  const button = make("button", text("alarm-acknowledge"), { class: "controls deed", "data-alarm": alarm.id });
  button.addEventListener("click", async () => {
    button.disabled = true;
    const done = await act("POST", `alarms/${alarm.id}/acknowledge`);
    button.disabled = done;
    say("alarms-failed", done ? "" : text("act-failed"));
  });
  line.append(make("b", "", { class: "word" }), make("bdi"), make("span", "", { class: "seen soft" }), button);
  return line;
}

function update(line, alarm, { total, zones }) {
  line.dataset.level = alarm.standing;
  const place = alarm.zone === null || alarm.zone === undefined ? total : zones.find(({ zone }) => zone === alarm.zone)?.people;
  const said = words(alarm, place?.high);
  if (line.querySelector("bdi").textContent !== said) line.querySelector("bdi").textContent = said;
  line.querySelector(".word").textContent = text(WORD[alarm.standing]);
  const seen = alarm.acknowledged;
  line.toggleAttribute("data-seen", Boolean(seen));
  line.querySelector(".seen").textContent = seen ? text("alarm-seen", { who: seen.by, time: minute(seen.at) }) : "";
  line.querySelector("button").hidden = Boolean(seen);
}

export function draw({ alarms, thresholds, occupancy }) {
  for (const [id, line] of shown) {
    if (alarms.some((alarm) => alarm.id === id)) continue;
    line.remove();
    shown.delete(id);
  }
  for (const alarm of alarms) {
    if (!shown.has(alarm.id)) {
      shown.set(alarm.id, element(alarm));
      $("alarms-list").prepend(shown.get(alarm.id));
    }
    update(shown.get(alarm.id), alarm, occupancy);
  }
  $("alarms").hidden = alarms.length === 0;
  const open = alarms.filter(({ acknowledged }) => !acknowledged);
  $("alarms").toggleAttribute("data-open", open.length > 0);
  say("alarm", open.map((alarm) => `${text(WORD[alarm.standing])} ${words(alarm)}`).join(" "));
  const limited = occupancy.zones.some(({ capacity }) => capacity) || Boolean(occupancy.capacity);
  sound.alarm(open.map(({ standing }) => standing), limited || alarms.length > 0);
  drawLevels(thresholds, limited);
}

function drawLevels({ warning, danger }, limited) {
  $("levels").hidden = !limited;
  say("levels-now", text("levels-now", { low: warning, high: danger }));
  document.body.style.setProperty("--warning", `${warning}%`);
  document.body.style.setProperty("--danger", `${danger}%`);
  // What somebody is typing is not overwritten.
  if (!$("levels-form") || $("levels").open) return;
  $("levels-warning").value = warning;
  $("levels-danger").value = danger;
}

if (facts.may_set) {
  $("levels-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [warning, danger] = [$("levels-warning"), $("levels-danger")].map(({ value }) => Number(value));
    const sound = Number.isInteger(warning) && Number.isInteger(danger) && warning >= 1 && warning < danger && danger <= 100;
    if (!sound) {
      say("levels-said", text("levels-wrong"));
      $("levels-warning").setAttribute("aria-invalid", "true");
      $("levels-warning").focus();
      return;
    }
    $("levels-warning").removeAttribute("aria-invalid");
    const done = await act("PUT", "alarms", { warning, danger });
    say("levels-said", text(done ? "levels-saved" : "act-failed"));
  });
}
