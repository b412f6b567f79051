// The way to the scanner program. Every failure comes back as a sentence for the person in front of the screen.

import { text } from "./page.mjs";

export class Trouble extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Asks; without an answer at all the browser has words of its own, which are nobody's at a door. */
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Trouble(text("no-answer"));
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Trouble(body?.problem ?? `${response.status} ${response.statusText}`, response.status);
  return body;
}

export const get = async (path) => ask(path);

export const post = async (path, value) => ask(path, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

/** Bytes: a camera's frame or a picture file. */
export const send = async (path, bytes) => ask(path, {
  method: "POST",
  headers: { "content-type": "application/octet-stream" },
  body: bytes,
});
