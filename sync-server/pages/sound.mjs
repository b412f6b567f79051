// The sound of alarms. Browsers allow none until somebody has clicked or pressed a key; then that is said on the page.

import { $, say, text } from "./page.mjs";

/** An alarm that nobody has acknowledged sounds this often (ms). */
const EVERY_MS = 3000;
const SILENT = "turnstone-silent";
/** Tones (Hz) and length of each (s): told apart without looking. */
const TUNES = {
  warning: { tones: [660, 880], length: 0.22 },
  danger: { tones: [880, 660, 880, 660], length: 0.16 },
  over: { tones: [1046, 784, 1046, 784, 1046, 784], length: 0.13 },
};
const WORSE = ["warning", "danger", "over"];

let context = null;
let level = null;
let timer = null;
let wanted = !stored();
/** Whether there can be an alarm at all. */
let needed = false;
/** The gesture under way is the one that the browser waited for. */
let waking = false;

function stored() {
  try {
    return localStorage.getItem(SILENT) === "1";
  } catch {
    return false;
  }
}

function store() {
  try {
    localStorage.setItem(SILENT, wanted ? "0" : "1");
  } catch {
    // It holds until the page is left.
  }
}

/** What the page says about it: on, off, silent (the browser waits for a gesture), none (it cannot). */
function state() {
  if (!("AudioContext" in window)) return "none";
  if (!wanted) return "off";
  return context?.state === "running" ? "on" : "silent";
}

function show() {
  const now = state();
  document.body.dataset.sound = now;
  const button = $("sound");
  button.setAttribute("aria-pressed", String(wanted));
  button.textContent = text(wanted ? "sound-on" : "sound-off");
  button.hidden = now === "none" || !needed;
  say("sound-said", !needed ? "" : now === "silent" ? text("sound-silent") : now === "none" ? text("sound-none") : "");
}

async function wake() {
  if (!wanted || state() === "none") return;
  context ??= new AudioContext();
  context.onstatechange = show;
  if (context.state === "suspended") context.resume().catch(() => {});
  show();
}

function play() {
  if (level === null || state() !== "on") return;
  const { tones, length } = TUNES[level];
  tones.forEach((tone, at) => {
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at * length;
    oscillator.frequency.value = tone;
    // Without slopes it clicks.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.4, start + 0.015);
    gain.gain.setValueAtTime(0.4, start + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  });
}

/** The levels of the alarms that nobody has acknowledged, and whether any place has a capacity to be exceeded. */
export function alarm(levels, limited) {
  if (limited !== needed) {
    needed = limited;
    show();
  }
  const next = levels.reduce((worst, found) => (WORSE.indexOf(found) > WORSE.indexOf(worst) ? found : worst), null);
  if (next === level) return;
  level = next;
  clearInterval(timer);
  if (level === null) return;
  play();
  timer = setInterval(play, EVERY_MS);
}

$("sound").addEventListener("click", () => {
  // Whoever is told that alarms are silent and presses the button wants to hear them.
  if (waking) return;
  wanted = !wanted;
  store();
  if (wanted) wake();
  else show();
});
for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, () => {
    waking = state() === "silent";
    wake();
  }, { capture: true });
}
wake();
show();
