// What stands behind the PIN: search, override, undo, counting by hand.

import { get, post } from "./api.mjs";
import { show, shownAnswer } from "./answer.mjs";
import { latest } from "./live.mjs";
import { $, make, open, say, text } from "./page.mjs";

let afterUnlock = null;
/** What is under way: gloves tap twice, and it is meant once. */
const under = new Set();

async function once(what, deed) {
  if (under.has(what)) return;
  under.add(what);
  try {
    await deed();
  } finally {
    under.delete(what);
  }
}

/** Does it at once if this browser is unlocked, else after the PIN. */
export async function withPin(deed) {
  const kind = latest()?.supervisor ?? "none";
  if (kind === "none") return say(text("supervisor-none"));
  if (kind === "no_pin") return say(text("pin-missing"), 10000);
  try {
    const { unlocked } = await get("/door/supervisor");
    if (unlocked) return await deed();
  } catch (error) {
    return say(error.message);
  }
  afterUnlock = deed;
  $("pin").value = "";
  $("pin-trouble").textContent = "";
  open($("pin-dialog"));
  return $("pin").focus();
}

async function unlock() {
  try {
    await post("/door/unlock", { pin: $("pin").value });
    $("pin-dialog").close();
    const deed = afterUnlock;
    afterUnlock = null;
    await deed?.();
  } catch (error) {
    $("pin").value = "";
    $("pin-trouble").textContent = error.message;
  }
}

async function attempt(deed) {
  try {
    await deed();
  } catch (error) {
    if (error.status === 403) $("supervisor-dialog").close();
    say(error.message);
  }
}

async function drawLog() {
  const lines = await get("/door/log");
  if (lines.length === 0) return $("log").replaceChildren(make("li", text("log-empty")));
  return $("log").replaceChildren(...lines.map((line) => {
    const item = make("li", "", { "data-undone": String(line.undone) });
    const bodies = line.bodies === 0 ? "" : ` ${line.bodies > 0 ? "+" : "−"}${Math.abs(line.bodies)}`;
    const undone = line.undone ? ` · ${text("undone")}` : "";
    item.append(make("span", `${line.time} · ${line.word}${bodies} · ${line.gate} · ${line.scanner}${undone}`));
    if (line.undoable) {
      const button = make("button", text("undo-go"), { type: "button" });
      button.onclick = () => attempt(async () => {
        await post("/door/undo", { entry: line.entry, reason: $("undo-reason").value });
        $("undo-reason").value = "";
        say(text("undo-done"));
        await drawLog();
      });
      item.append(button);
    }
    return item;
  }));
}

async function search(event) {
  event.preventDefault();
  // What was found before is no answer to what is asked now.
  $("hits").replaceChildren();
  await attempt(async () => {
    const hits = await get(`/door/search?q=${encodeURIComponent($("search").value)}`);
    const items = hits.map((hit) => {
      const item = make("li");
      item.append(make("b", hit.name), make("div", [hit.state, hit.inside, hit.reference].filter(Boolean).join(" · ")));
      return item;
    });
    $("hits").replaceChildren(...(items.length ? items : [make("li", text("search-none"))]));
  });
}

async function count(sign) {
  await attempt(async () => {
    await post("/door/count", { people: sign * Number($("count-people").value), reason: $("count-reason").value });
    $("count-people").value = "1";
    $("count-reason").value = "";
    say(text("count-done"));
    await drawLog();
  });
}

function admitAnyway(event) {
  event.stopPropagation();
  const { entry } = shownAnswer();
  withPin(() => {
    $("override-reason").value = "";
    $("override-form").onsubmit = (submitted) => {
      submitted.preventDefault();
      once("override", () => attempt(async () => {
        const answer = await post("/door/override", { entry, reason: $("override-reason").value });
        $("override-dialog").close();
        show(answer);
      }));
    };
    open($("override-dialog"));
  });
}

export function begin() {
  $("supervisor-open").onclick = () => withPin(async () => {
    $("hits").replaceChildren();
    open($("supervisor-dialog"));
    await attempt(drawLog);
  });
  $("pin-form").onsubmit = (event) => {
    event.preventDefault();
    once("unlock", unlock);
  };
  $("search-form").onsubmit = search;
  $("count-form").onsubmit = (event) => {
    event.preventDefault();
    once("count", () => count(event.submitter?.value === "out" ? -1 : 1));
  };
  $("answer-override").onclick = admitAnyway;
  $("supervisor-lock").onclick = () => attempt(async () => {
    await post("/door/lock", {});
    $("supervisor-dialog").close();
  });
}
