/**
 * The readings of one board thinned into buckets of one width, with each channel's smallest, largest
 * and mean number, so that spikes survive. A bucket begins at a multiple of the width since 1970, as
 * those of the gateway's history do. Pure.
 *
 * Bounded: a ring of `size` buckets; what is older than it reaches is left out.
 */
import type { Values } from "boardcast-client";
import type { Line } from "./line.ts";
import { numberOf, SAID_NOTHING } from "./numbers.ts";
import { MOST_CHANNELS } from "./raw.ts";

interface Column {
  min: Float64Array;
  max: Float64Array;
  sum: Float64Array;
  count: Uint32Array;
  /** 1 if the board said in this bucket that there is no value. */
  nothing: Uint8Array;
}

/** A ring of buckets, each `every` milliseconds wide. */
export class Buckets {
  #columns = new Map<string, Column>();
  /** The number of the newest bucket, counted from 1970. */
  #newest = -Infinity;

  constructor(
    readonly every: number,
    readonly size: number,
  ) {}

  /** Takes a reading. */
  add(time: number, values: Values): void {
    for (const name of Object.keys(values)) this.addNumber(time, name, numberOf(values[name]));
  }

  /** Takes one number of a channel. */
  addNumber(time: number, channel: string, value: number): void {
    const bucket = Math.floor(time / this.every);
    this.#moveTo(bucket);
    if (bucket <= this.#newest - this.size || Number.isNaN(value)) return;
    count(this.#column(channel), this.#slot(bucket), value);
  }

  /** Forgets what is of `time` and later: the clock was set back. */
  forgetFrom(time: number): void {
    const first = Math.floor(time / this.every);
    for (let each = Math.max(first, this.#newest - this.size + 1); each <= this.#newest; each += 1)
      this.#empty(each);
    this.#newest = Math.min(this.#newest, first);
  }

  /** Puts a channel's buckets that touch the time from `from` on, before `to`, at the end of a line.
   * A point is at the middle of that part of its bucket. */
  fill(line: Line, channel: string, from: number, to: number): void {
    const column = this.#columns.get(channel);
    if (!column) return;
    const first = Math.max(Math.floor(from / this.every), this.#newest - this.size + 1);
    const last = Math.min(Math.ceil(to / this.every) - 1, this.#newest);
    for (let bucket = first; bucket <= last; bucket += 1) {
      const slot = this.#slot(bucket);
      const found = column.count[slot] ?? 0;
      if (found > 0) {
        const begin = Math.max(bucket * this.every, from);
        const middle = (begin + Math.min((bucket + 1) * this.every, to)) / 2;
        const mean = (column.sum[slot] ?? 0) / found;
        line.push(middle, mean, column.min[slot] ?? 0, column.max[slot] ?? 0, found);
      } else if (column.nothing[slot]) line.cut();
    }
  }

  #moveTo(bucket: number): void {
    if (bucket <= this.#newest) return;
    const from = Math.max(this.#newest + 1, bucket - this.size + 1);
    for (let each = from; each <= bucket; each += 1) this.#empty(each);
    this.#newest = bucket;
  }

  #empty(bucket: number): void {
    const slot = this.#slot(bucket);
    for (const column of this.#columns.values()) {
      column.count[slot] = 0;
      column.nothing[slot] = 0;
    }
  }

  #column(name: string): Column | undefined {
    let column = this.#columns.get(name);
    if (!column && this.#columns.size < MOST_CHANNELS) {
      column = {
        min: new Float64Array(this.size),
        max: new Float64Array(this.size),
        sum: new Float64Array(this.size),
        count: new Uint32Array(this.size),
        nothing: new Uint8Array(this.size),
      };
      this.#columns.set(name, column);
    }
    return column;
  }

  #slot(bucket: number): number {
    return ((bucket % this.size) + this.size) % this.size;
  }
}

function count(column: Column | undefined, slot: number, value: number): void {
  if (!column) return;
  if (value === SAID_NOTHING) {
    column.nothing[slot] = 1;
    return;
  }
  const before = column.count[slot] ?? 0;
  column.min[slot] = before ? Math.min(column.min[slot] ?? value, value) : value;
  column.max[slot] = before ? Math.max(column.max[slot] ?? value, value) : value;
  column.sum[slot] = before ? (column.sum[slot] ?? 0) + value : value;
  column.count[slot] = before + 1;
}
