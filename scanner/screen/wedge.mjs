// Hardware scanners that act as keyboards: whatever is typed quickly, anywhere on the page, is a code. It ends with Enter or
// with a pause.

import { dialogIsOpen } from "./page.mjs";

const PAUSE_MS = 100;
const SHORTEST = 6;
const LONGEST = 4096;

export function listen(scanned) {
  let typed = "";
  let timer;

  const finish = () => {
    clearTimeout(timer);
    const code = typed;
    typed = "";
    if (code.trim().length >= SHORTEST) scanned(code);
  };

  document.addEventListener("keydown", (event) => {
    if (dialogIsOpen() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && typed.length >= SHORTEST) {
      event.preventDefault();
      event.stopPropagation();
      finish();
      return;
    }
    if (event.key.length !== 1 || typed.length >= LONGEST) return;
    // A single space presses the button that has the focus; within a code it belongs to the code.
    if (event.key === " " && typed === "") return;
    typed += event.key;
    event.preventDefault();
    clearTimeout(timer);
    timer = setTimeout(finish, PAUSE_MS);
  }, { capture: true });
}
