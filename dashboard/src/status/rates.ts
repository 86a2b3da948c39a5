/** How fast counters grow. Pure. */

/** What was counted when the gateway had run for `uptime` seconds. */
export interface Sample {
  uptime: number;
  counts: ReadonlyMap<string, number>;
}

/** Short enough to be about now, long enough that a number can be read before it changes. */
export const SPAN_S = 10;

/** In less time a burst, such as the beginning of a connection, would look like a rate. */
const LEAST_S = 1;

/** Samples are kept at least so far apart, however often they come: a bound on how many there are. */
const APART_S = SPAN_S / 32;

/** The samples of the last `SPAN_S` seconds. Their times are the gateway's own, so that a slow network changes nothing. */
export class Rates {
  #samples: Sample[] = [];

  /** Takes the newest. One that is older than the last is of a gateway that has begun anew. */
  add(sample: Sample): void {
    const [before, last] = [this.#samples.at(-2), this.#samples.at(-1)];
    if (last && sample.uptime < last.uptime) this.#samples = [];
    else if (before && sample.uptime - before.uptime < APART_S) this.#samples.pop();
    this.#samples.push(sample);
    this.#samples = this.#samples.filter(({ uptime }) => uptime >= sample.uptime - SPAN_S);
  }

  /** How much a counter grows in a second; undefined before there are two samples a second apart. One that was
   * not there before has begun at 0. */
  of(name: string): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.uptime - first.uptime < LEAST_S) return undefined;
    const grown = (last.counts.get(name) ?? 0) - (first.counts.get(name) ?? 0);
    return Math.max(0, grown) / (last.uptime - first.uptime);
  }
}
