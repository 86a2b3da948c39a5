/**
 * One channel's line as it is drawn: points in the order of time, each with the smallest, the mean
 * and the largest of what it stands for. Filled anew before each drawing, without garbage. Pure.
 */

/** More points than this are never drawn: beyond all pixels of a screen. What comes then is left out. */
export const MOST_POINTS = 16_384;

/** What a line says in figures. */
export interface Sums {
  min: number;
  max: number;
  /** The newest number. `NaN` without any. */
  last: number;
  /** How many readings there were; at least so many if `isExact` is false. */
  count: number;
  isExact: boolean;
}

/** Points of one channel. The arrays hold `length` of them. */
export class Line {
  length = 0;
  time = new Float64Array(256);
  mean = new Float64Array(256);
  min = new Float64Array(256);
  max = new Float64Array(256);
  /** How long the line passes over silence at a point, in ms. */
  reach = new Float64Array(256);
  /** 1 where the line begins anew, after a gap. */
  begins = new Uint8Array(256);
  /** How many readings the points stand for, as far as it is known. */
  count = 0;
  isExact = true;
  #cut = true;

  /** Takes all points away. */
  clear(): void {
    this.length = 0;
    this.count = 0;
    this.isExact = true;
    this.#cut = true;
  }

  /** Appends a point that stands for `count` readings, or, with 0, for nobody knows how many. */
  push(time: number, mean: number, min: number, max: number, count: number): void {
    if (this.length === MOST_POINTS) return;
    if (this.length === this.time.length) this.#grow();
    const at = this.length;
    this.time[at] = time;
    this.mean[at] = mean;
    this.min[at] = min;
    this.max[at] = max;
    this.reach[at] = 0;
    this.begins[at] = this.#cut ? 1 : 0;
    this.length += 1;
    this.count += count || 1;
    if (count === 0) this.isExact = false;
    this.#cut = false;
  }

  /** Appends a single number; `SAID_NOTHING` breaks the line, `NaN` is passed over. */
  pushNumber(time: number, value: number): void {
    if (value === Infinity) this.cut();
    else if (!Number.isNaN(value)) this.push(time, value, value, value, 1);
  }

  /** The next point begins a new piece. */
  cut(): void {
    this.#cut = true;
  }

  /** The figures of the points from `from` to `to` (which does not belong to them). */
  sums(from: number, to: number): Sums {
    const sums = { min: Infinity, max: -Infinity, last: NaN, count: this.count, isExact: this.isExact };
    for (let at = 0; at < this.length; at += 1) {
      const time = this.time[at] ?? 0;
      if (time < from || time > to) continue;
      sums.min = Math.min(sums.min, this.min[at] ?? Infinity);
      sums.max = Math.max(sums.max, this.max[at] ?? -Infinity);
      sums.last = this.mean[at] ?? NaN;
    }
    return sums;
  }

  /** The point that a cursor at `time` means: the nearest, if the line reaches so far. */
  nearest(time: number): number | undefined {
    const after = firstAtOrAfter(this.time, this.length, time);
    const distance = (at: number) =>
      at < 0 || at >= this.length ? Infinity : Math.abs((this.time[at] ?? 0) - time);
    const at = distance(after) < distance(after - 1) ? after : after - 1;
    return distance(at) <= Math.max(this.reach[at] ?? 0, 1) ? at : undefined;
  }

  #grow(): void {
    const size = this.time.length * 2;
    for (const name of ["time", "mean", "min", "max", "reach"] as const) {
      const larger = new Float64Array(size);
      larger.set(this[name]);
      this[name] = larger;
    }
    const begins = new Uint8Array(size);
    begins.set(this.begins);
    this.begins = begins;
  }
}

/** Fills `thin` with `line`'s points, those within `width` ms made one, but never over a gap. Returns `thin`. */
export function thinInto(thin: Line, line: Line, width: number): Line {
  thin.clear();
  let [first, until] = [0, -Infinity];
  for (let at = 0; at <= line.length; at += 1) {
    const isWithin = at < line.length && (line.time[at] ?? 0) < until && !line.begins[at];
    if (isWithin) continue;
    if (at > first) pushMean(thin, line, first, at);
    if (line.begins[at]) thin.cut();
    // Multiples of the width since 1970, so that the same points are always together.
    [first, until] = [at, (Math.floor((line.time[at] ?? 0) / width) + 1) * width];
  }
  return thin;
}

/** Appends what the points from `first` on, before `end`, are together. */
function pushMean(thin: Line, line: Line, first: number, end: number): void {
  let [time, mean, min, max] = [0, 0, Infinity, -Infinity];
  for (let at = first; at < end; at += 1) {
    time += line.time[at] ?? 0;
    mean += line.mean[at] ?? 0;
    min = Math.min(min, line.min[at] ?? Infinity);
    max = Math.max(max, line.max[at] ?? -Infinity);
  }
  thin.push(time / (end - first), mean / (end - first), min, max, end - first);
}

/** Where in `times`, which are in order, the first is that is not before `time`. */
export function firstAtOrAfter(times: ArrayLike<number>, length: number, time: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
