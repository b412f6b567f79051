// Menu: event and gate, camera, enrolment by text, "ready for doors?".

import { get, post } from "./api.mjs";
import * as camera from "./camera.mjs";
import { latest, onState, redraw } from "./live.mjs";
import { $, make, open, say, text } from "./page.mjs";
import { withPin } from "./supervisor.mjs";

function fill(select, choices, chosen) {
  const options = choices.map(({ id, name }) => make("option", name, { value: String(id) }));
  if (chosen === null || chosen === undefined) options.unshift(make("option", "–", { value: "" }));
  select.replaceChildren(...options);
  select.value = chosen === null || chosen === undefined ? "" : String(chosen);
}

function draw(shows) {
  $("use-form").hidden = shows.who === null;
  fill($("use-event"), shows.events, shows.event);
  fill($("use-gate"), shows.gates, shows.gate);
}

async function cameras() {
  const all = await camera.all();
  const choices = all.map((device, at) => ({ id: device.deviceId, name: device.label || `${text("camera-label")} ${at + 1}` }));
  fill($("camera-choice"), choices, camera.current());
}

async function doctor() {
  open($("doctor-dialog"));
  $("doctor-says").textContent = text("busy");
  $("doctor-checks").replaceChildren();
  try {
    const { says, checks } = await get("/door/doctor");
    $("doctor-says").textContent = says;
    $("doctor-checks").replaceChildren(...checks.map((check) => {
      const item = make("li", "", { "data-state": check.state });
      item.append(make("b", `${text(`mark-${check.state}`)} · ${check.check}: `), make("span", check.says));
      if (check.do) item.append(make("div", `→ ${check.do}`));
      return item;
    }));
  } catch (error) {
    $("doctor-says").textContent = error.message;
  }
}

async function choose(change) {
  try {
    await post("/door/use", change);
  } catch (error) {
    if (error.status === 403) {
      withPin(() => choose(change));
    } else {
      say(error.message);
    }
    // The direction that is shown is the one that is judged by, whatever was tapped.
    redraw();
    if (latest()) draw(latest());
  }
}

export function begin(useCamera) {
  onState((shows) => { if (!$("menu-dialog").open) draw(shows); });
  $("menu-open").onclick = async () => {
    if (latest()) draw(latest());
    open($("menu-dialog"));
    await cameras();
  };
  $("use-event").onchange = async (event) => {
    await choose({ event: event.target.value });
    $("menu-dialog").close();
  };
  $("use-gate").onchange = (event) => choose({ gate: Number(event.target.value) });
  $("camera-choice").onchange = (event) => useCamera(event.target.value);
  $("doctor-open").onclick = doctor;
  $("enrol-open").onclick = () => {
    $("enrol-text").value = "";
    $("enrol-trouble").textContent = "";
    open($("enrol-dialog"));
  };
  $("enrol-form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      const { says } = await post("/door/enrol", { text: $("enrol-text").value });
      $("enrol-dialog").close();
      say(says, 8000);
    } catch (error) {
      $("enrol-trouble").textContent = error.message;
    }
  };
  for (const input of document.querySelectorAll("[name=direction]")) {
    input.onchange = () => choose({ direction: input.value });
  }
}
