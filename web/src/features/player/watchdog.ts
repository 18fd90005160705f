/**
 * Notices when playback that should move stands still.
 *
 * The engine retries requests by itself; this is for what no request shows: a
 * playlist that started over, a decoder that gave up silently. Every verdict is
 * given once per standstill, the re-attaching ones at growing distances.
 */

const FIRST_REATTACH_MS = 6_000;
const MAX_REATTACH_MS = 30_000;
/** From here on the viewer is told; trying goes on all the same. */
const TELL_AFTER_MS = 20_000;
/** Broken engines in a row, without a moving picture in between, that mean the stream itself is broken. */
const MAX_BROKEN = 4;

export interface Observation {
  nowMs: number;
  position: number;
  shouldMove: boolean;
  /** Requests are being answered. While they are not, a new engine would only lose the last picture. */
  reachable: boolean;
}

export type Verdict = "fine" | "reattach" | "tell";

export class Watchdog {
  #position = -1;
  #movedAt = 0;
  #reattachAt = 0;
  #interval = FIRST_REATTACH_MS;
  #told = false;
  #broken = 0;

  /** A new engine was started; what stood still goes on standing still until it moves. */
  begin(nowMs: number): void {
    if (this.#movedAt === 0) this.#movedAt = nowMs;
    this.#reattachAt = nowMs + this.#interval;
    this.#position = -1;
  }

  reset(): void {
    this.#movedAt = 0;
    this.#interval = FIRST_REATTACH_MS;
    this.#told = false;
    this.#broken = 0;
  }

  /** False when engines keep breaking and another one would break as well. */
  allowsReattach(): boolean {
    this.#broken += 1;
    return this.#broken <= MAX_BROKEN;
  }

  observe({ nowMs, position, shouldMove, reachable }: Observation): Verdict {
    // The first position after a start is where it begins, not a movement.
    const moved = this.#position >= 0 && position !== this.#position;
    this.#position = position;
    if (moved || !shouldMove) {
      this.#moved(nowMs);
      return "fine";
    }
    if (!this.#told && nowMs - this.#movedAt >= TELL_AFTER_MS) {
      this.#told = true;
      return "tell";
    }
    if (!reachable) this.#reattachAt = Math.max(this.#reattachAt, nowMs + FIRST_REATTACH_MS);
    if (nowMs < this.#reattachAt) return "fine";
    this.#interval = Math.min(this.#interval * 1.5, MAX_REATTACH_MS);
    this.#reattachAt = nowMs + this.#interval;
    return "reattach";
  }

  #moved(nowMs: number): void {
    this.#movedAt = nowMs;
    this.#interval = FIRST_REATTACH_MS;
    this.#reattachAt = nowMs + this.#interval;
    this.#told = false;
    this.#broken = 0;
  }
}
