// The door's page: brings camera, hardware scanner, typing and files together with the answer on the screen.

import * as answer from "./answer.mjs";
import { post, send } from "./api.mjs";
import * as camera from "./camera.mjs";
import * as live from "./live.mjs";
import * as menu from "./menu.mjs";
import { $, dialogIsOpen, open, say, text } from "./page.mjs";
import { soundIsOn, wakeSound } from "./signals.mjs";
import * as supervisor from "./supervisor.mjs";
import * as wedge from "./wedge.mjs";

function seen({ answer: shown, enrolled }) {
  if (enrolled) say(enrolled.says, 8000);
  if (shown) answer.show(shown);
}

async function judge(code) {
  try {
    seen(await post("/door/code", { code }));
  } catch (error) {
    say(error.message);
  }
}

async function useCamera(deviceId) {
  // The light goes out with the camera it belongs to.
  $("torch").hidden = true;
  $("torch").setAttribute("aria-pressed", "false");
  try {
    await camera.open(deviceId);
    $("camera-trouble").hidden = true;
    $("start-panel").hidden = true;
    $("torch").hidden = !camera.hasTorch();
  } catch (error) {
    $("camera-trouble").textContent = text(error.message);
    $("camera-trouble").hidden = false;
    $("start-panel").hidden = false;
  }
}

function showSound() {
  $("sound-off").hidden = soundIsOn() || !camera.isOpen();
}

async function start() {
  wakeSound(showSound);
  await useCamera();
  showSound();
}

async function picture(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    seen(await send("/door/picture", file));
  } catch (error) {
    say(error.message);
  }
}

live.begin();
answer.begin();
supervisor.begin();
menu.begin(useCamera);
wedge.listen(judge);

$("start").onclick = start;
$("picture-file").onchange = picture;
$("type-open").onclick = () => {
  $("type-code").value = "";
  open($("type-dialog"));
};
$("type-form").onsubmit = () => judge($("type-code").value);
$("torch").onclick = async () => {
  const on = $("torch").getAttribute("aria-pressed") !== "true";
  try {
    await camera.setTorch(on);
    $("torch").setAttribute("aria-pressed", String(on));
  } catch {
    // Some devices promise a light they do not give: the button goes, the camera stays.
    $("torch").hidden = true;
  }
};
for (const touch of ["pointerdown", "keydown"]) {
  document.addEventListener(touch, () => { if (!soundIsOn()) wakeSound(showSound); }, { capture: true });
}

camera.look({
  mayLook: () => !answer.waitsForTouch() && !dialogIsOpen() && !live.isLost(),
  seen,
  failed: (error) => { if (error.status) say(error.message); },
});

// Where the camera was allowed before (a kiosk, a reload) nobody has to tap.
navigator.permissions?.query({ name: "camera" }).then(({ state }) => { if (state === "granted") start(); }, () => {});
