// The live page: brings the server's stream and the parts of the page together.

import * as alarms from "./alarms.mjs";
import * as conflicts from "./conflicts.mjs";
import * as counts from "./counts.mjs";
import * as course from "./course.mjs";
import * as inside from "./inside.mjs";
import { $, ask, facts, now, say, second, span, text } from "./page.mjs";
import * as scanners from "./scanners.mjs";
import { lastHeard, watch } from "./stream.mjs";

let state = null;
let changed = null;

function reach(name) {
  document.body.dataset.reach = name;
  say("reach", text(`reach-${name}`));
  age();
}

/** How old the figures are: those of a living connection hold until now. */
function age() {
  if (!state) return;
  const live = document.body.dataset.reach === "live";
  const heard = now() - (Date.now() - lastHeard());
  const words = live
    ? text("age-live", { time: span(now() - changed) })
    : text("age-lost", { at: second(heard), time: span(now() - heard) });
  say("age", words);
}

/** The stream was refused: the session ended, the event is not theirs any more, or the server is busy. */
async function refused() {
  try {
    await ask("stats");
  } catch ({ status }) {
    if (status === 401 || status === 404) location.reload();
  }
}

watch(facts.id, {
  opened() {
    conflicts.forget();
    reach("live");
  },
  state(next) {
    state = next;
    changed = now();
    inside.draw(state);
    course.holds(state.occupancy.total.counted);
    alarms.draw(state);
    scanners.draw(state);
    conflicts.count(state);
    counts.known(state);
    age();
  },
  course(next) {
    course.show(next);
    counts.draw(next);
    inside.drawAges(state);
    inside.drawCourse(next);
    scanners.draw(state);
  },
  conflict: conflicts.tell,
  lost: () => reach("lost"),
  refused,
});

// What the passing of time alone changes: ages, and who counts as online.
setInterval(age, 1000);
setInterval(() => {
  if (!state) return;
  inside.drawAges(state);
  scanners.draw(state);
}, 5000);

document.addEventListener("visibilitychange", age);
$("main").setAttribute("data-ready", "");
