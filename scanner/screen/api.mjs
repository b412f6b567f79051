// The way to the scanner program. Every failure comes back as a sentence for the person in front of the screen.

export class Trouble extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function answer(response) {
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Trouble(body?.problem ?? `${response.status} ${response.statusText}`, response.status);
  return body;
}

export const get = async (path) => answer(await fetch(path));

export const post = async (path, value) => answer(await fetch(path, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
}));

/** Bytes: a camera's frame or a picture file. */
export const send = async (path, bytes) => answer(await fetch(path, {
  method: "POST",
  headers: { "content-type": "application/octet-stream" },
  body: bytes,
}));
