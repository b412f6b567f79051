// Sound and vibration: one pattern for each kind of answer, told apart with eyes closed.

const TONES = {
  admit: [[880, 0, 0.09], [1320, 0.1, 0.14]],
  exit: [[660, 0, 0.09], [440, 0.1, 0.14]],
  already: [[520, 0, 0.16], [520, 0.24, 0.16]],
  refused: [[180, 0, 0.5]],
  unread: [[330, 0, 0.08]],
};
const VIBRATION = { admit: [60], exit: [60, 60, 60], already: [180, 90, 180], refused: [500], unread: [30] };

let context;

/** Needs a touch or key first: browsers let no page make a sound before, and until then the promise of `resume` hangs. */
export function wakeSound(changed) {
  try {
    if (!context) {
      context = new AudioContext();
      context.onstatechange = changed;
    }
    if (context.state !== "running") context.resume().catch(() => {});
  } catch {
    // Sound is an addition: without it the door goes on.
  }
}

export const soundIsOn = () => context?.state === "running";

export function signal(look) {
  navigator.vibrate?.(VIBRATION[look]);
  if (!soundIsOn()) return;
  for (const [pitch, after, length] of TONES[look]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const begin = context.currentTime + after;
    tone.type = look === "refused" ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.35, begin);
    volume.gain.setTargetAtTime(0, begin + length * 0.8, 0.02);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + length + 0.1);
  }
}
