// The answer fills the screen: an admission goes by itself, a refusal stays until somebody touches it.

import { latest } from "./live.mjs";
import { $, make } from "./page.mjs";
import { signal } from "./signals.mjs";

let timer;
let shown = null;
let before = null;
/** A refusal is on the screen: nothing else is judged from the camera until somebody has seen it. */
export const waitsForTouch = () => shown !== null && shown.stays_ms === null;

export const shownAnswer = () => shown;

export function show(answer) {
  shown = answer;
  clearTimeout(timer);
  const box = $("answer");
  box.dataset.look = answer.look;
  $("answer-word").textContent = answer.word;
  $("answer-people").textContent = answer.people ?? "";
  $("answer-reason").textContent = answer.reason;
  $("answer-holder").textContent = answer.holder ?? "";
  $("answer-facts").textContent = answer.facts;
  $("answer-notes").replaceChildren(...answer.notes.map((note) => make("li", note)));
  $("answer-override").hidden = !answer.overridable || latest()?.supervisor === "none";
  if (box.hidden) before = document.activeElement;
  box.hidden = false;
  box.focus({ preventScroll: true });
  signal(answer.look);
  remember(answer);
  if (answer.stays_ms !== null) timer = setTimeout(dismiss, answer.stays_ms);
}

export function dismiss() {
  clearTimeout(timer);
  shown = null;
  $("answer").hidden = true;
  // Who works with the keyboard goes on where they were.
  before?.focus?.({ preventScroll: true });
  before = null;
}

function remember(answer) {
  $("last").hidden = false;
  $("last-word").textContent = [answer.word, answer.people].filter(Boolean).join(" · ");
  $("last-facts").textContent = answer.facts;
}

export function begin() {
  $("answer").addEventListener("click", (event) => {
    if (!event.target.closest("#answer-override")) dismiss();
  });
  $("answer").addEventListener("keydown", (event) => {
    if (["Escape", " ", "Enter"].includes(event.key) && !event.target.closest("button")) dismiss();
  });
}
