// Runs in the page before anything else: waits for its video element and reads every shown frame.

/** Sixteen blocks of 80×64 in the top rows of a 1280-wide picture, most significant bit first. */
export function observe() {
  const BITS = 16;
  const WIDTH = 1280;
  const BLOCK_WIDTH = 80;
  const ROW = 32;
  const FREEZE_MS = 250;
  const observed = { join_ms: 0, stalls: 0, stalled_at: [], frozen_ms: 0, frames: [] };
  window.observed = observed;
  const canvas = new OffscreenCanvas(BITS, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });

  const waiting = setInterval(() => {
    const video = document.querySelector("video");
    if (!video) return;
    clearInterval(waiting);
    watch(video);
  }, 5);

  function watch(video) {
    video.addEventListener("waiting", () => {
      if (observed.frames.length === 0) return;
      observed.stalls += 1;
      observed.stalled_at.push((Date.now() - observed.frames[0].at_ms) / 1000);
    });
    const shown = (now, metadata) => {
      const at = Date.now() + (metadata.expectedDisplayTime - performance.now());
      record(read(video), at);
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }

  function record(number, at) {
    if (number === null) return;
    const previous = observed.frames.at(-1);
    if (!previous) observed.join_ms = at - performance.timeOrigin;
    else if (at - previous.at_ms > FREEZE_MS) observed.frozen_ms += at - previous.at_ms;
    observed.frames.push({ number, at_ms: at });
  }

  /** The middle of each block as one pixel; null while a block is neither black nor white. */
  function read(video) {
    const scale = video.videoWidth / WIDTH;
    const size = 16 * scale;
    let number = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const x = (bit * BLOCK_WIDTH + (BLOCK_WIDTH - 16) / 2) * scale;
      context.drawImage(video, x, ROW * scale - size / 2, size, size, bit, 0, 1, 1);
    }
    const pixels = context.getImageData(0, 0, BITS, 1).data;
    for (let bit = 0; bit < BITS; bit++) {
      const level = pixels[bit * 4];
      if (level > 80 && level < 176) return null;
      number = number * 2 + (level >= 128 ? 1 : 0);
    }
    return number;
  }
}
