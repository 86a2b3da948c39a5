/**
 * How long to wait before the next attempt to connect.
 */

const FIRST_MS = 500;
const LAST_MS = 5_000;

/** Random times, so that fifty pages that lose one gateway do not come back as one. */
export class Backoff {
  #limit = FIRST_MS;

  /** The next wait in ms: below 0.5 s at first; the limit doubles up to 5 s, the wait is at least half of it. */
  next(random = Math.random()): number {
    const limit = this.#limit;
    this.#limit = Math.min(limit * 2, LAST_MS);
    return limit === FIRST_MS ? random * limit : (limit * (1 + random)) / 2;
  }

  /** The gateway was there. */
  reset(): void {
    this.#limit = FIRST_MS;
  }
}
