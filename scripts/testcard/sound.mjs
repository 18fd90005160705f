// The sound of the test picture: a drop on every second, over soft chords. Everything is mixed into
// a ring of samples, so that tails run over the loop's end into its beginning.

export const SAMPLE_RATE = 48_000;

const CHORD_SECONDS = 4;
const CHORDS_HZ = [
  [130.81, 196.0, 246.94, 329.63],
  [87.31, 174.61, 261.63, 329.63],
];

/** Interleaved 16-bit stereo, `seconds` long, seamless when repeated. */
export function render(seconds) {
  const ring = { left: new Float64Array(seconds * SAMPLE_RATE), right: new Float64Array(seconds * SAMPLE_RATE) };
  for (let start = 0, chord = 0; start < seconds; start += CHORD_SECONDS, chord++) {
    CHORDS_HZ[chord % CHORDS_HZ.length].forEach((hertz, voice) => pad(ring, { start, hertz, voice }));
  }
  for (let second = 0; second < seconds; second++) plink(ring, second);
  return interleave(ring);
}

/** One held note: two slightly detuned voices, slow in and slow out, overlapping the next chord. */
function pad(ring, { start, hertz, voice }) {
  const length = CHORD_SECONDS + 2.4;
  const detune = 1 + 0.0016 * (voice % 2 ? 1 : -1);
  for (let i = 0; i < length * SAMPLE_RATE; i++) {
    const t = i / SAMPLE_RATE;
    const envelope = Math.sin((Math.PI * t) / length) ** 2;
    const tone = (f) => Math.sin(2 * Math.PI * f * t) + 0.22 * Math.sin(4 * Math.PI * f * t) + 0.06 * Math.sin(6 * Math.PI * f * t);
    const level = 0.03 * envelope;
    add(ring, (start - 1.2) * SAMPLE_RATE + i, level * tone(hertz), level * tone(hertz * detune));
  }
}

/** A drop: a sine that bends upwards, with an edge sharp enough to measure lip-sync by. */
function plink(ring, second) {
  const accented = second % CHORD_SECONDS === 0;
  const hertz = accented ? 1318.5 : 987.77;
  const pan = 0.5;
  let phase = 0;
  for (let i = 0; i < 0.5 * SAMPLE_RATE; i++) {
    const t = i / SAMPLE_RATE;
    phase += (2 * Math.PI * hertz * (1 + 0.25 * (1 - Math.exp(-t * 45)))) / SAMPLE_RATE;
    const sample = 0.3 * Math.min(1, t / 0.001) * Math.exp(-t * 17) * Math.sin(phase);
    add(ring, second * SAMPLE_RATE + i, sample * pan, sample * pan);
    add(ring, (second + 0.19) * SAMPLE_RATE + i, sample * 0.09, 0);
    add(ring, (second + 0.29) * SAMPLE_RATE + i, 0, sample * 0.07);
  }
}

function add(ring, position, left, right) {
  const length = ring.left.length;
  const index = ((Math.round(position) % length) + length) % length;
  ring.left[index] += left;
  ring.right[index] += right;
}

function interleave(ring) {
  const out = Buffer.alloc(ring.left.length * 4);
  for (let i = 0; i < ring.left.length; i++) {
    out.writeInt16LE(sample(ring.left[i]), i * 4);
    out.writeInt16LE(sample(ring.right[i]), i * 4 + 2);
  }
  return out;
}

function sample(value) {
  if (Math.abs(value) >= 1) throw new Error("the mix clips");
  return Math.round(value * 32767);
}
