/**
 * Which renditions to keep away from for a while, and which one to load instead.
 *
 * A rendition is avoided while the server says that it does not come (its encoder
 * died or has not begun), and for some time after its playlist showed a gap just
 * where playback gets to. hls.js itself leaves a rendition only at a gap that is
 * a whole segment; parts with GAP=YES it waits out until their segment is over.
 */

/** After a gap a rendition is tried again when this has passed, and each time later. */
const FIRST_AVOIDANCE_MS = 6_000;
const MAX_AVOIDANCE_MS = 60_000;
/** A rendition that is back has its first piece ahead of where playback is; until then it is a gap. */
const RETURN_MS = 4_000;
/** Sound and picture of a piece do not end together; what ends this close after a position is behind it. */
const EPSILON_SECONDS = 0.1;

interface Piece {
  end: number;
  gap?: boolean;
}

/** What of a media playlist matters here; hls.js' `LevelDetails` is one. */
export interface Listing {
  fragments: Piece[];
  partList: (Piece & { fragment: Piece })[] | null;
}

/** Whether what comes next after `position` is listed as missing. */
export function isGapAt(listing: Listing, position: number): boolean {
  const next = <P extends Piece>(pieces: P[]) =>
    pieces.find((piece) => piece.end > position + EPSILON_SECONDS);
  const part = next(listing.partList ?? []);
  return part?.gap === true || next(listing.fragments)?.gap === true;
}

export interface Candidate {
  /** The rendition's number in its URL. */
  number: number;
  bitrateBps: number;
}

export class Detours {
  #away = new Set<number>();
  readonly #gaps = new Map<number, { until: number; avoidanceMs: number }>();

  /** The server's word on who does not come; whoever is back has a clean slate, a moment later. */
  setAway(numbers: number[], nowMs: number): void {
    for (const number of this.#away) {
      if (numbers.includes(number)) continue;
      this.#gaps.set(number, { until: nowMs + RETURN_MS, avoidanceMs: RETURN_MS });
    }
    this.#away = new Set(numbers);
  }

  /** The rendition has a gap just where it is needed. */
  gapIn(number: number, nowMs: number): void {
    const known = this.#gaps.get(number);
    if (known && nowMs < known.until) return;
    const again = known !== undefined && nowMs - known.until < MAX_AVOIDANCE_MS;
    const avoidanceMs = again ? Math.min(known.avoidanceMs * 2, MAX_AVOIDANCE_MS) : FIRST_AVOIDANCE_MS;
    this.#gaps.set(number, { until: nowMs + avoidanceMs, avoidanceMs });
  }

  avoids(number: number, nowMs: number): boolean {
    return this.#away.has(number) || nowMs < (this.#gaps.get(number)?.until ?? 0);
  }

  /** What to load instead of `number`: the best below it, else the least above it, else itself. */
  instead(number: number, candidates: Candidate[], nowMs: number): number {
    if (!this.avoids(number, nowMs)) return number;
    const own = candidates.find((candidate) => candidate.number === number)?.bitrateBps ?? 0;
    const open = candidates
      .filter((candidate) => !this.avoids(candidate.number, nowMs))
      .sort((a, b) => a.bitrateBps - b.bitrateBps);
    const below = open.filter((candidate) => candidate.bitrateBps <= own);
    return (below.at(-1) ?? open[0])?.number ?? number;
  }
}
