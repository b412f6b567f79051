// The connection to the server: one stream of events, which the browser resumes (Last-Event-ID), and which is begun anew
// when it is silent although the server promises a sign of life every 15 seconds.

const SILENT_MS = 40000;
const AGAIN_MS = 2000;
const LOOK_MS = 1000;

let heard = Date.now();

/** When the last sign of life came (ms of this device). */
export const lastHeard = () => heard;

/** Watches an event: `on` has opened, state, course, conflict, lost, refused. */
export function watch(id, on) {
  let source = null;
  let connected = false;

  const lose = () => {
    if (connected || source?.readyState === EventSource.CLOSED) on.lost();
    connected = false;
  };
  const alive = () => {
    heard = Date.now();
    if (connected) return;
    connected = true;
    on.opened();
  };
  const hear = (name, listener) => source.addEventListener(name, (event) => {
    alive();
    listener(event.data);
  });

  function open() {
    source?.close();
    source = new EventSource(`/api/v1/events/${id}/live`);
    heard = Date.now();
    source.addEventListener("open", alive);
    hear("beat", () => {});
    hear("state", (data) => on.state(JSON.parse(data)));
    hear("course", (data) => on.course(JSON.parse(data)));
    hear("conflict", (data) => on.conflict(JSON.parse(data)));
    source.addEventListener("error", () => {
      lose();
      // A refusal: the browser does not try again by itself.
      if (source.readyState === EventSource.CLOSED) {
        on.refused();
        setTimeout(open, AGAIN_MS);
      }
    });
  }

  open();
  setInterval(() => {
    if (source.readyState !== EventSource.CLOSED && Date.now() - heard > SILENT_MS) {
      lose();
      open();
    }
  }, LOOK_MS);
  addEventListener("online", () => { if (!connected) open(); });
}
