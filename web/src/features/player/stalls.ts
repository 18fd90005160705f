/** Counts stalls, and tells when there are too many for playing this close to the edge. */

const WINDOW_MS = 60_000;
const TOO_MANY = 2;

export class StallMonitor {
  #total = 0;
  #recent: number[] = [];

  get total(): number {
    return this.#total;
  }

  /** Records a stall; true when it is one too many. */
  record(nowMs: number): boolean {
    this.#total += 1;
    this.#recent = this.#recent.filter((at) => nowMs - at < WINDOW_MS);
    this.#recent.push(nowMs);
    return this.#recent.length >= TOO_MANY;
  }
}
