/** How often a decoder may be reset before something else must be tried. */

const MAX_RECOVERIES = 3;
const WINDOW_MS = 30_000;

/** Allows `MAX_RECOVERIES` within a sliding window: a stream that breaks the decoder each second must not loop. */
export class MediaErrorLimit {
  #recoveries: number[] = [];

  allows(nowMs: number): boolean {
    this.#recoveries = this.#recoveries.filter((at) => nowMs - at < WINDOW_MS);
    if (this.#recoveries.length >= MAX_RECOVERIES) return false;
    this.#recoveries.push(nowMs);
    return true;
  }
}
