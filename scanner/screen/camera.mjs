// The camera: its newest frame goes to the scanner program as grey bytes; the next one follows when the answer is there, so
// that no frame waits in a queue.

import { send } from "./api.mjs";
import { $ } from "./page.mjs";

const IDLE_MS = 250;
const CHOICE = "camera";
const ANY = { facingMode: { ideal: "environment" } };

let stream = null;
let canvas = null;
let running = false;
export const numbers = { frames: 0, since: 0, lastMs: 0 };

/** Why there is no camera, by the name of a text. */
function reason(error) {
  if (!window.isSecureContext) return "camera-insecure";
  if (["NotAllowedError", "SecurityError"].includes(error?.name)) return "camera-denied";
  if (["NotReadableError", "AbortError"].includes(error?.name)) return "camera-busy";
  return "camera-missing";
}

function ask(wanted) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video: { ...size, ...wanted }, audio: false });
}

/** That very camera, whatever its size; another one only where it is gone. */
async function chosen(deviceId) {
  try {
    return await ask({ deviceId: { exact: deviceId } });
  } catch (error) {
    if (!["OverconstrainedError", "NotFoundError"].includes(error?.name)) throw error;
    return ask(ANY);
  }
}

/** Opens the chosen camera; throws the name of a text. */
export async function open(deviceId = localStorage.getItem(CHOICE)) {
  close();
  try {
    stream = await (deviceId ? chosen(deviceId) : ask(ANY));
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  }
  if (deviceId) localStorage.setItem(CHOICE, deviceId);
  const video = $("video");
  video.srcObject = stream;
  await video.play();
}

export function close() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

const track = () => stream?.getVideoTracks()[0];

export const isOpen = () => track()?.readyState === "live";

/** All cameras there are; they have names only after one was allowed. */
export async function all() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices.filter((device) => device.kind === "videoinput");
}

export const current = () => track()?.getSettings().deviceId;

export const hasTorch = () => track()?.getCapabilities?.().torch === true;

export const setTorch = (on) => track()?.applyConstraints({ advanced: [{ torch: on }] });

/** The grey plane as the camera gives it (I420, NV12), without a detour over colours. */
async function plane(video) {
  if (!("VideoFrame" in window)) return null;
  const frame = new VideoFrame(video);
  try {
    if (!["I420", "I420A", "I422", "I444", "NV12"].includes(frame.format)) return null;
    const bytes = new Uint8Array(frame.allocationSize());
    const [{ offset, stride }] = await frame.copyTo(bytes);
    const { width, height } = frame.visibleRect;
    if (stride === width) return { width, height, bytes: bytes.subarray(offset, offset + width * height) };
    const grey = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
      grey.set(bytes.subarray(offset + y * stride, offset + y * stride + width), y * width);
    }
    return { width, height, bytes: grey };
  } finally {
    frame.close();
  }
}

/** The same from the colours the browser draws. */
function drawn(video) {
  const { videoWidth: width, videoHeight: height } = video;
  canvas ??= document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const bytes = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < bytes.length; at += 1, from += 4) {
    bytes[at] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  return { width, height, bytes };
}

const nextFrame = (video) => new Promise((resolve) => {
  if ("requestVideoFrameCallback" in video) {
    // A camera that stops giving frames must not stop the loop.
    const timer = setTimeout(resolve, IDLE_MS);
    video.requestVideoFrameCallback(() => { clearTimeout(timer); resolve(); });
  } else {
    requestAnimationFrame(resolve);
  }
});

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Looks for as long as the page lives. `mayLook` says whether now; `seen` hears answers, `failed` troubles. */
export async function look({ mayLook, seen, failed }) {
  if (running) return;
  running = true;
  const video = $("video");
  for (;;) {
    if (!isOpen() || document.hidden || video.readyState < 2 || !mayLook()) {
      await pause(100);
      continue;
    }
    await nextFrame(video);
    try {
      const began = performance.now();
      const frame = (await plane(video)) ?? drawn(video);
      const result = await send(`/door/frame?width=${frame.width}&height=${frame.height}`, frame.bytes);
      numbers.since ||= began;
      numbers.frames += 1;
      numbers.lastMs = performance.now() - began;
      seen(result);
    } catch (error) {
      failed(error);
      await pause(IDLE_MS);
    }
  }
}
