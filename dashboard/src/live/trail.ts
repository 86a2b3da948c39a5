/**
 * The last minutes of one channel, for the small line on a card. Pure.
 *
 * Bounded: one mean for each `STEP_MS`, at most `LENGTH` of them; what is older goes.
 */

/** Points of a small line: more than it has pixels to show. */
export const LENGTH = 120;

/** The width of one point: `LENGTH` of them are five minutes. */
export const STEP_MS = 2500;

/** A ring of means, the newest last. Steps without a number are `NaN`: the line has a gap there. */
export class Trail {
  #means = new Float32Array(LENGTH).fill(NaN);
  #counts = new Uint16Array(LENGTH);
  /** The newest step, in `STEP_MS` since 1970. */
  #newest = -Infinity;

  /** Takes a number of time `ms`. Older than the ring reaches: left out. */
  add(ms: number, value: number): void {
    const step = Math.floor(ms / STEP_MS);
    this.#moveTo(step);
    if (step <= this.#newest - LENGTH) return;
    const at = slot(step);
    const count = this.#counts[at] ?? 0;
    const before = count === 0 ? 0 : (this.#means[at] ?? 0);
    this.#means[at] = before + (value - before) / (count + 1);
    // Past this many the mean hardly moves; the counter must not overflow.
    this.#counts[at] = Math.min(count + 1, 60_000);
  }

  /** The mean of a whole step is known from elsewhere, and counts instead of what was added to it.
   * Older than the ring reaches: left out. */
  replace(ms: number, mean: number): void {
    const step = Math.floor(ms / STEP_MS);
    this.#moveTo(step);
    if (step <= this.#newest - LENGTH) return;
    this.#means[slot(step)] = mean;
    this.#counts[slot(step)] = Math.max(this.#counts[slot(step)] ?? 0, 1);
  }

  /** The line up to the time `ms`: `LENGTH` means, oldest first. */
  upTo(ms: number): Float32Array {
    const last = Math.floor(ms / STEP_MS);
    const line = new Float32Array(LENGTH).fill(NaN);
    for (let back = 0; back < LENGTH; back += 1) {
      const step = last - back;
      if (step <= this.#newest && step > this.#newest - LENGTH) {
        line[LENGTH - 1 - back] = this.#means[slot(step)] ?? NaN;
      }
    }
    return line;
  }

  #moveTo(step: number): void {
    if (step <= this.#newest) return;
    const from = Math.max(this.#newest + 1, step - LENGTH + 1);
    for (let each = from; each <= step; each += 1) {
      this.#means[slot(each)] = NaN;
      this.#counts[slot(each)] = 0;
    }
    this.#newest = step;
  }
}

function slot(step: number): number {
  return ((step % LENGTH) + LENGTH) % LENGTH;
}

/** The line as an SVG path in a box of `width` by `height`; empty where there is no number. */
export function trailPath(line: Float32Array, width: number, height: number): string {
  const numbers = line.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return "";
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const bridge = bridgeOf(line);
  let [path, last] = ["", -Infinity];
  line.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const x = (at / (line.length - 1)) * width;
    const point = `${x.toFixed(1)} ${y(value).toFixed(1)}`;
    // A line of no length, so that a lone point is drawn, too.
    path += at - last > bridge ? `M${point}h0` : `L${point}`;
    last = at;
  });
  return path;
}

/**
 * How many steps the line passes over; more are a gap. A board that speaks every ten seconds has three
 * empty steps between two readings, so three times its usual distance; 30 s before that is known.
 */
function bridgeOf(line: Float32Array): number {
  const distances: number[] = [];
  let last = NaN;
  line.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    if (!Number.isNaN(last)) distances.push(at - last);
    last = at;
  });
  if (distances.length < FEW) return 12;
  distances.sort((one, other) => one - other);
  return 3 * (distances[distances.length >> 1] ?? 0);
}

/** From fewer distances nobody knows what is usual. */
const FEW = 4;
