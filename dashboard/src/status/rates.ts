/** How fast counters grow. Pure. */

/** What was counted when the gateway had run for `uptime` seconds. */
export interface Sample {
  uptime: number;
  counts: ReadonlyMap<string, number>;
}

/** Short enough to be about now, long enough that a number can be read before it changes. */
export const SPAN_S = 10;

/** More than are made in `SPAN_S`, were it that the page asks too often. */
const MOST = 32;

/** The samples of the last `SPAN_S` seconds. Their times are the gateway's own, so that a slow network changes nothing. */
export class Rates {
  #samples: Sample[] = [];

  /** Takes the newest. One that is older than the last is of a gateway that has begun anew. */
  add(sample: Sample): void {
    const last = this.#samples.at(-1);
    if (last && sample.uptime < last.uptime) this.#samples = [];
    else if (last?.uptime === sample.uptime) return;
    this.#samples.push(sample);
    const kept = this.#samples.filter(({ uptime }) => uptime >= sample.uptime - SPAN_S);
    this.#samples = kept.slice(-MOST);
  }

  /** How much a counter grows in a second; undefined before there are two samples. One that was
   * not there before has begun at 0. */
  of(name: string): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || first === last) return undefined;
    const grown = (last.counts.get(name) ?? 0) - (first.counts.get(name) ?? 0);
    return Math.max(0, grown) / (last.uptime - first.uptime);
  }
}
