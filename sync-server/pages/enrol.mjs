// A scanner that was invited: says when its device has come, without anybody loading the page again.

import { watch } from "/assets/stream.mjs";

const waiting = document.getElementById("waiting");
const shown = document.getElementById("invitation");
const done = document.getElementById("enrolled");

function look({ scanners }) {
  const scanner = scanners.find(({ id }) => id === waiting.dataset.scanner);
  if (!scanner || scanner.state === "invited" || waiting.dataset.state === scanner.state) return;
  waiting.dataset.state = scanner.state;
  waiting.textContent = waiting.dataset.done;
  shown?.remove();
  done.hidden = false;
}

watch(waiting.dataset.event, { opened() {}, lost() {}, refused() {}, conflict() {}, course() {}, state: look });
