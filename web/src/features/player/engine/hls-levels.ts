/** What hls.js plays: the viewer's choice, and detours around renditions that do not come. */
import type Hls from "hls.js/light";
import { Detours, isGapAt, type Listing } from "./detours";
import type { Rendition } from "./types";

/** hls.js' own index of a level, or that it chooses. */
const AUTO = -1;

export class HlsLevels {
  readonly #hls: Hls;
  readonly #detours = new Detours();
  #wish: number | "auto";
  /** The level last asked for; hls.js leaves it by itself when it fails. */
  #manual = AUTO;
  readonly #penalised = new Set<number>();

  constructor(hls: Hls, wish: number | "auto", away: number[]) {
    this.#hls = hls;
    this.#wish = wish;
    this.#detours.setAway(away, performance.now());
  }

  renditions(): Rendition[] {
    return this.#hls.levels.map((level, index) => ({
      number: this.numberOf(index),
      width: level.width,
      height: level.height,
      frameRate: level.frameRate > 0 ? level.frameRate : null,
      bitrateBps: level.bitrate,
    }));
  }

  /** The number in a level's URL. A playlist of somebody else's has none; its position serves as well. */
  numberOf(index: number): number {
    const number = /\/(\d+)\/[^/]*$/.exec(this.#hls.levels[index]?.uri ?? "")?.[1];
    return number === undefined ? index : Number(number);
  }

  choose(wish: number | "auto"): void {
    this.#wish = wish;
    const index = this.#wanted(performance.now());
    // Replaces what is buffered beyond the next moments, where there is so much.
    if (index !== this.#manual) this.#hls.nextLevel = index;
    this.#manual = index;
    this.steer();
  }

  setAway(numbers: number[]): void {
    this.#detours.setAway(numbers, performance.now());
    this.steer();
  }

  /** A playlist has come: leaves at once when it says that what is needed next is missing. */
  listed(index: number, listing: Listing): void {
    const { levels, loadLevel, mainForwardBufferInfo: buffer } = this.#hls;
    if (levels.length < 2 || index !== loadLevel || !buffer) return;
    if (isGapAt(listing, buffer.end)) this.gapIn(index);
  }

  gapIn(index: number): void {
    this.#detours.gapIn(this.numberOf(index), performance.now());
    this.steer();
  }

  /** Holds hls.js to the choice and off the renditions that are avoided; to be called every moment. */
  steer(): void {
    const hls = this.#hls;
    if (hls.levels.length < 2) return;
    const now = performance.now();
    if (this.#manual !== AUTO && hls.manualLevel === AUTO) {
      this.#detours.gapIn(this.numberOf(this.#manual), now);
      this.#manual = AUTO;
    }
    this.#penalise(now);
    const manual = this.#wanted(now);
    if (manual !== this.#manual) {
      this.#manual = manual;
      hls.loadLevel = manual;
    }
    if (manual === AUTO) this.#leave(now);
  }

  #wanted(now: number): number {
    const { levels, maxAutoLevel } = this.#hls;
    const comes = (_: unknown, index: number) => !this.#detours.avoids(this.numberOf(index), now);
    if (this.#wish === "auto" && levels.slice(0, maxAutoLevel + 1).some(comes)) return AUTO;
    // hls.js chooses none that is too large for the player, even when no other comes.
    const wish = this.#wish === "auto" ? this.numberOf(maxAutoLevel) : this.#wish;
    return this.#indexOf(this.#detours.instead(wish, this.renditions(), now));
  }

  #indexOf(number: number): number {
    return this.#hls.levels.findIndex((_, index) => this.numberOf(index) === number);
  }

  /** hls.js chooses no level that has failed lately; an avoided one counts as such. */
  #penalise(now: number): void {
    this.#hls.levels.forEach((level, index) => {
      if (this.#detours.avoids(this.numberOf(index), now)) {
        level.loadError ||= 1;
        level.loadErrorTime = now;
        this.#penalised.add(index);
      } else if (this.#penalised.delete(index)) {
        level.loadError = 0;
        level.fragmentError = 0;
      }
    });
  }

  /** The level that is loaded keeps being chosen, failed or not, so it has to be left by hand. */
  #leave(now: number): void {
    const hls = this.#hls;
    if (hls.loadLevel < 0) return;
    const number = this.numberOf(hls.loadLevel);
    const instead = this.#detours.instead(number, this.renditions(), now);
    if (instead === number) return;
    hls.nextAutoLevel = this.#indexOf(instead);
    hls.nextLoadLevel = hls.nextAutoLevel;
  }
}
