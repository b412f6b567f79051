// Runs beside the door's page: from the camera's frame in which the lamp goes on (a code is in view) to the next picture of
// the page after the answer is shown.
const video = document.getElementById("video");
const answer = document.getElementById("answer");
const canvas = new OffscreenCanvas(4, 4);
const context = canvas.getContext("2d", { willReadFrequently: true });
window.watched = { latencies: [], looks: [], presented: 0, captureTimes: 0, frames: 0, trips: [] };
let lit = false;
let since = 0;
let waiting = false;

function look(_, frame) {
  watched.presented += 1;
  context.drawImage(video, 8, 8, 24, 24, 0, 0, 4, 4);
  const on = context.getImageData(1, 1, 1, 1).data[0] > 180;
  if (on && !lit && answer.hidden) {
    if (frame.captureTime !== undefined) watched.captureTimes += 1;
    since = frame.captureTime ?? frame.presentationTime;
    waiting = true;
  }
  lit = on;
  video.requestVideoFrameCallback(look);
}
video.requestVideoFrameCallback(look);

new MutationObserver(() => {
  if (answer.hidden) return;
  if (waiting) {
    waiting = false;
    watched.looks.push(answer.dataset.look);
    requestAnimationFrame(() => watched.latencies.push(performance.now() - since));
  }
  if (["already", "refused"].includes(answer.dataset.look)) setTimeout(() => answer.click(), 300);
}).observe(answer, { attributes: true });

import("/assets/camera.mjs").then(({ numbers }) => { watched.camera = numbers; });
