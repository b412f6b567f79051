// Small things every part of the page needs: its elements, its texts, numbers and times as its reader writes them.

export const $ = (id) => document.getElementById(id);

const texts = JSON.parse($("texts").textContent);

/** What the server said about the event when it made the page. */
export const facts = JSON.parse($("facts").textContent);

/** A text, filled in. */
export function text(name, values = {}) {
  const blank = (whole, key) => String(values[key] ?? whole);
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, blank);
}

/** An element with text; what comes from outside is text, never markup. */
export function make(name, content = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = content;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Says something, if it is not what is said already: screen readers tell changes. */
export function say(id, content) {
  if ($(id).textContent !== content) $(id).textContent = content;
}

export const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
export const number = (n) => numbers.format(n);

function clock(options) {
  try {
    return new Intl.DateTimeFormat(language, { ...options, hourCycle: "h23", timeZone: facts.time_zone });
  } catch {
    return new Intl.DateTimeFormat(language, { ...options, hourCycle: "h23", timeZone: "UTC" });
  }
}
const minutes = clock({ hour: "2-digit", minute: "2-digit" });
const seconds = clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const minute = (ms) => minutes.format(ms);
export const second = (ms) => seconds.format(ms);

/** A time span (ms) in the largest unit that says enough. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 120) return text("span-seconds", { n: s });
  if (s < 7200) return text("span-minutes", { n: Math.floor(s / 60) });
  if (s < 172800) return text("span-hours", { n: Math.floor(s / 3600) });
  return text("span-days", { n: Math.floor(s / 86400) });
}

let ahead = facts.now - Date.now();

/** The server's time (ms): this device's clock may be wrong. */
export const now = () => Date.now() + ahead;

/** Corrects it by an answer's date. */
function learn(response) {
  const told = Date.parse(response.headers.get("date") ?? "");
  // Dates are whole seconds; only what is worse than that is corrected.
  if (Number.isFinite(told) && Math.abs(told + 500 - now()) > 2000) ahead = told + 500 - Date.now();
}

/** Does something by the API below this event; whether it was done. */
export async function act(method, what, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  try {
    const response = await fetch(`/api/v1/events/${facts.id}/${what}`, { method, headers, body: body && JSON.stringify(body) });
    learn(response);
    return response.ok;
  } catch {
    return false;
  }
}

/** What the API answers below this event; throws the status where it refuses. */
export async function ask(what) {
  const response = await fetch(`/api/v1/events/${facts.id}/${what}`, { headers: { accept: "application/json" } });
  learn(response);
  if (!response.ok) throw Object.assign(new Error(`${response.status}`), { status: response.status });
  return response.json();
}
