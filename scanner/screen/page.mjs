// Small things every part of the page needs: its elements, its texts, its messages.

export const $ = (id) => document.getElementById(id);

const texts = JSON.parse($("texts").textContent);
export const text = (name) => texts[name] ?? name;

/** An element with text; what comes from outside is text, never markup. */
export function make(name, content = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = content;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

let hiding;

/** A dialog covers whatever is not in it: what is said belongs into the one that is open. */
function place(box) {
  const above = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (box.parentElement !== above) above.append(box);
}

/** Says something in passing. */
export function say(message, milliseconds = 5000) {
  const box = $("message");
  place(box);
  box.textContent = message;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, milliseconds);
}

/** Opens a dialog; its close buttons close it. */
export function open(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.onclick = () => dialog.close();
  dialog.onclose = () => place($("message"));
  if (!dialog.open) dialog.showModal();
}

export const dialogIsOpen = () => document.querySelector("dialog[open]") !== null;
