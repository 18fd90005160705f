/** Holds the player's view, and the few rules of how it changes. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Input, reduce } from "./model";
import { INITIAL_VIEW, type Notice, type PlayerView } from "./view";

const NOTICE_MS = 8_000;

export class ViewStore {
  readonly store: StoreApi<PlayerView>;
  #errors = 0;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(initial: Partial<PlayerView>) {
    this.store = createStore(() => ({ ...INITIAL_VIEW, ...initial }));
  }

  get now(): PlayerView {
    return this.store.getState();
  }

  /** How often something went wrong that the viewer was told of. */
  get errors(): number {
    return this.#errors;
  }

  set(change: Partial<PlayerView>): void {
    this.store.setState(change);
  }

  dispatch(input: Input): void {
    const { model } = this.now;
    const next = reduce(model, input);
    if (next !== model) this.set({ model: next });
    if (input.type === "fault") this.#errors += 1;
  }

  /** Another rendition is on screen. */
  activate(number: number): void {
    const { active, switches } = this.now;
    if (number === active) return;
    this.set({ active: number, switches: active === null ? switches : switches + 1 });
  }

  notify(notice: Notice): void {
    clearTimeout(this.#noticeTimer);
    this.set({ notice });
    this.#noticeTimer = setTimeout(() => this.set({ notice: null }), NOTICE_MS);
  }

  forgetNotice(): void {
    clearTimeout(this.#noticeTimer);
  }
}
