/** The server's clock as this device sees it; countdowns and latency must not trust the device's own. */
export class ServerClock {
  #skewMs = 0;
  #synced = false;

  /** True once the server has told its time; before that `now` is the device's time. */
  get synced(): boolean {
    return this.#synced;
  }

  sync(serverTime: string, receivedAtMs: number = Date.now()): void {
    const serverMs = Date.parse(serverTime);
    if (Number.isNaN(serverMs)) return;
    this.#skewMs = serverMs - receivedAtMs;
    this.#synced = true;
  }

  now(): number {
    return Date.now() + this.#skewMs;
  }
}
