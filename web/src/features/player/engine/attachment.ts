/** The one engine that a player has at a time, from the moment it is asked for, and what it met with. */
import { attach } from "./attach";
import type { Engine, EngineEvent, EngineOptions, Trouble } from "./types";

/** What a player asks for; what earlier engines measured is added here. */
type Wanted = Omit<EngineOptions, "expectedWaitSeconds">;

export class Attachment {
  /** Stands for what was begun last, so that a beginning that was overtaken knows it. */
  #current: object | null = null;
  #engine: Engine | null = null;
  #playlist = "";
  #reachable = true;
  #trouble: Trouble | null = null;
  #waitSeconds: number | null = null;

  /** True from the beginning on, also while the engine's code is still being fetched. */
  get begun(): boolean {
    return this.#current !== null;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  get playlist(): string {
    return this.#playlist;
  }

  /** Whether the last request was answered. */
  get reachable(): boolean {
    return this.#reachable;
  }

  /** What last went wrong with a request, until it is taken. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  takeTrouble(): Trouble | null {
    const trouble = this.#trouble;
    this.#trouble = null;
    return trouble;
  }

  /** Returns null when another one was begun, or this one ended, in the meantime. Fails as `attach` does. */
  async begin(video: HTMLVideoElement, playlist: string, options: Wanted): Promise<Engine | null> {
    const own = {};
    this.#current = own;
    this.#playlist = playlist;
    const onEvent = (event: EngineEvent) => {
      if (this.#current !== own) return;
      this.#note(event);
      options.onEvent(event);
    };
    try {
      const engine = await attach(video, playlist, {
        ...options,
        expectedWaitSeconds: this.#waitSeconds,
        onEvent,
      });
      if (this.#current === own) this.#engine = engine;
      else engine.destroy();
    } catch (error) {
      if (this.#current !== own) return null;
      this.#current = null;
      throw error;
    }
    return this.#current === own ? this.#engine : null;
  }

  end(): void {
    this.#waitSeconds = this.#engine?.measure().longestWaitSeconds ?? this.#waitSeconds;
    this.#reachable = true;
    this.#trouble = null;
    this.#current = null;
    this.#engine?.destroy();
    this.#engine = null;
  }

  #note(event: EngineEvent): void {
    if (event.type === "answered") this.#reachable = true;
    if (event.type !== "trouble") return;
    this.#reachable = false;
    this.#trouble = event.trouble;
  }
}
