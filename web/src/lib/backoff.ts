/** How long to wait before trying again. */

export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * Doubles with every attempt up to `maxMs` and takes a random point in the upper
 * half, so that a crowd that lost the same server does not return in one instant.
 */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff, random = Math.random): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random();
}
