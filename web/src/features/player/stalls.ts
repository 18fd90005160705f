/** Counts stalls, and tells when there are too many for playing this close to the edge. */

const WINDOW_MS = 60_000;
/** Fewer than this the pacer answers by itself, with a little more distance after each. */
const TOO_MANY = 3;
/** Stalls that follow each other like this have one cause, and the answer to it has only begun. */
const SAME_CAUSE_MS = 8_000;

export interface Stall {
  /** The viewer was at the live edge before it. */
  atEdge: boolean;
  tooMany: boolean;
}

export class StallMonitor {
  #total = 0;
  #totalMs = 0;
  #current: { since: number; atEdge: boolean } | null = null;
  #recent: number[] = [];

  get total(): number {
    return this.#total;
  }

  get totalMs(): number {
    return this.#totalMs;
  }

  begin(nowMs: number, atEdge: boolean): void {
    this.#current ??= { since: nowMs, atEdge };
  }

  /** Playback begins anew: what had begun is no stall. */
  forget(): void {
    this.#current = null;
  }

  /** The picture moves again after a stall, if there was one; `counts` is false when something else stopped it. */
  end(nowMs: number, counts: boolean): Stall | null {
    const stall = this.#current;
    this.#current = null;
    if (!stall) return null;
    if (!counts) return { atEdge: stall.atEdge, tooMany: false };
    this.#total += 1;
    this.#totalMs += nowMs - stall.since;
    this.#recent = this.#recent.filter((at) => nowMs - at < WINDOW_MS);
    const isNew = nowMs - (this.#recent.at(-1) ?? Number.NEGATIVE_INFINITY) > SAME_CAUSE_MS;
    if (isNew) this.#recent.push(nowMs);
    return { atEdge: stall.atEdge, tooMany: isNew && this.#recent.length >= TOO_MANY };
  }
}
