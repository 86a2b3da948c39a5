/**
 * The newest readings of one board, as they came, so that the last minutes can be looked at closely
 * also where nothing is on disk. Pure.
 *
 * Bounded in bytes: when a block more would pass the bound, the oldest block goes.
 */
import type { Values } from "boardcast-client";
import { firstAtOrAfter, type Line } from "./line.ts";
import { numberOf } from "./numbers.ts";

/** Readings in a block: with 50 channels 0.8 MiB, so that little is lost with each. */
const ROWS = 2048;

/** 6 minutes of 50 channels at 100 readings/s, or days of a usual board. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Twice what a line can have; a board that says ever new names would fill the memory. What is beyond
 * it is left out. */
export const MOST_CHANNELS = 256;

interface Block {
  length: number;
  times: Float64Array;
  columns: Map<string, Float64Array>;
}

/** A ring of readings in the order of time. */
export class Raw {
  #blocks: Block[] = [];
  #columns = 0;
  #wholeSince = -Infinity;

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** When the oldest reading that is here was; `Infinity` without any. */
  get oldest(): number {
    return this.#blocks[0]?.times[0] ?? Infinity;
  }

  /** When the newest was; `-Infinity` without any. */
  get newest(): number {
    const block = this.#blocks.at(-1);
    return block?.times[block.length - 1] ?? -Infinity;
  }

  /** From here on nothing was dropped; `-Infinity` if nothing was at all. */
  get wholeSince(): number {
    return this.#wholeSince;
  }

  /** What the arrays take. */
  get bytes(): number {
    return (this.#blocks.length + this.#columns) * ROWS * 8;
  }

  /** Appends a reading. What is not older than it is forgotten first: the clock was set back. */
  add(time: number, values: Values): void {
    if (time < this.newest) this.#forgetFrom(time);
    const block = this.#open();
    block.times[block.length] = time;
    for (const name of Object.keys(values)) {
      const value = numberOf(values[name]);
      if (!Number.isNaN(value)) this.#column(block, name)?.fill(value, block.length, block.length + 1);
    }
    block.length += 1;
  }

  /** How many readings there are from `from` on, before `to`. */
  rows(from: number, to: number): number {
    let rows = 0;
    for (const [, first, end] of this.#within(from, to)) rows += end - first;
    return rows;
  }

  /** Puts a channel's numbers from `from` on, before `to`, at the end of a line. */
  fill(line: Line, channel: string, from: number, to: number): void {
    for (const [block, first, end] of this.#within(from, to)) {
      const column = block.columns.get(channel);
      if (!column) continue;
      for (let at = first; at < end; at += 1) line.pushNumber(block.times[at] ?? 0, column[at] ?? NaN);
    }
  }

  /** Hands out every reading from `from` on, before `to`; the numbers are in the order of `channels`. */
  each(channels: string[], from: number, to: number, take: (time: number, numbers: number[]) => void): void {
    for (const [block, first, end] of this.#within(from, to)) {
      const columns = channels.map((name) => block.columns.get(name));
      for (let at = first; at < end; at += 1) {
        take(
          block.times[at] ?? 0,
          columns.map((column) => column?.[at] ?? NaN),
        );
      }
    }
  }

  /** The channels of the readings from `from` on, before `to`. */
  channels(from: number, to: number): string[] {
    const names = new Set<string>();
    for (const [block] of this.#within(from, to)) for (const name of block.columns.keys()) names.add(name);
    return [...names];
  }

  *#within(from: number, to: number): Generator<[block: Block, first: number, end: number]> {
    for (const block of this.#blocks) {
      if ((block.times[0] ?? 0) >= to || (block.times[block.length - 1] ?? 0) < from) continue;
      const [first, end] = [from, to].map((time) => firstAtOrAfter(block.times, block.length, time));
      yield [block, first ?? 0, end ?? 0];
    }
  }

  #open(): Block {
    const last = this.#blocks.at(-1);
    if (last && last.length < ROWS) return last;
    // The new block will have as many columns as the last.
    const needed = ((last?.columns.size ?? 0) + 1) * ROWS * 8;
    while (this.#blocks.length > 1 && this.bytes + needed > this.mostBytes) this.#dropOldest();
    const block = { length: 0, times: new Float64Array(ROWS), columns: new Map() };
    this.#blocks.push(block);
    return block;
  }

  #column(block: Block, name: string): Float64Array | undefined {
    let column = block.columns.get(name);
    if (!column && block.columns.size < MOST_CHANNELS) {
      column = new Float64Array(ROWS).fill(NaN);
      block.columns.set(name, column);
      this.#columns += 1;
    }
    return column;
  }

  #dropOldest(): void {
    this.#columns -= this.#blocks.shift()?.columns.size ?? 0;
    this.#wholeSince = this.oldest;
  }

  #forgetFrom(time: number): void {
    for (let last = this.#blocks.at(-1); last; last = this.#blocks.at(-1)) {
      const length = firstAtOrAfter(last.times, last.length, time);
      for (const column of last.columns.values()) column.fill(NaN, length);
      last.length = length;
      if (length > 0) return;
      this.#blocks.pop();
      this.#columns -= last.columns.size;
    }
  }
}
