/** An answer of the gateway's history, as columns of numbers. Pure. */
import type { Value } from "boardcast-client";
import { firstAtOrAfter, type Line } from "./line.ts";
import { numberOf, SAID_NOTHING } from "./numbers.ts";

/** `GET /api/boards/{board}/history` in JSON. Without `every` it has each reading as it was. */
export interface Answer {
  from: number;
  to: number;
  every?: number;
  time: number[];
  values: Record<string, Value[]>;
  min?: Record<string, Value[]>;
  max?: Record<string, Value[]>;
}

interface Column {
  mean: Float64Array;
  min: Float64Array;
  max: Float64Array;
}

/** What boards said before this page was there. */
export class Past {
  readonly from: number;
  readonly to: number;
  /** The width of its buckets; 0 if it has readings as they were. */
  readonly every: number;
  readonly #times: Float64Array;
  readonly #columns = new Map<string, Column>();

  constructor(answer: Answer) {
    this.from = answer.from;
    this.to = answer.to;
    this.every = answer.every ?? 0;
    this.#times = Float64Array.from(answer.time);
    for (const [channel, values] of Object.entries(answer.values)) {
      const mean = Float64Array.from(values, inHistory);
      const min = answer.min ? Float64Array.from(answer.min[channel] ?? [], inHistory) : mean;
      const max = answer.max ? Float64Array.from(answer.max[channel] ?? [], inHistory) : mean;
      this.#columns.set(channel, { mean, min, max });
    }
    if (!this.every) this.#findNothings(answer);
  }

  /** Those that had a number. */
  get channels(): string[] {
    return [...this.#columns].filter(([, { mean }]) => mean.some(Number.isFinite)).map(([name]) => name);
  }

  /** Puts a channel's points from `from` on, before `to`, at the end of a line. */
  fill(line: Line, channel: string, from: number, to: number): void {
    const column = this.#columns.get(channel);
    if (!column) return;
    const first = firstAtOrAfter(this.#times, this.#times.length, from - this.every);
    const end = firstAtOrAfter(this.#times, this.#times.length, to);
    for (let at = first; at < end; at += 1) {
      const [time, mean] = [this.#times[at] ?? 0, column.mean[at] ?? NaN];
      if (!this.every) line.pushNumber(time, mean);
      else if (!Number.isNaN(mean) && time + this.every > from) {
        const middle = (Math.max(time, from) + Math.min(time + this.every, to)) / 2;
        line.push(middle, mean, column.min[at] ?? mean, column.max[at] ?? mean, 0);
      }
    }
  }

  /**
   * A null in a row of readings is either a channel that this reading lacks, or one that the board
   * said has no value. It is the latter if another reading has that channel beside all that are here:
   * a board that says `status:1` between lines of `temp:20,hum:40` does not lack a temperature.
   */
  #findNothings(answer: Answer): void {
    const names = Object.keys(answer.values);
    const forms = new Map<string, { present: boolean[]; rows: number[] }>();
    answer.time.forEach((_, row) => {
      const present = names.map((name) => (answer.values[name]?.[row] ?? null) !== null);
      const key = present.map(Number).join("");
      const form = forms.get(key) ?? { present, rows: [] };
      form.rows.push(row);
      forms.set(key, form);
    });
    // So many different forms are no forms.
    if (forms.size > MOST_FORMS) return;
    const all = [...forms.values()].map(({ present }) => present);
    for (const { present, rows } of forms.values()) {
      names.forEach((name, at) => {
        const belongs =
          !present[at] && all.some((one) => one[at] && present.every((is, other) => !is || one[other]));
        const column = this.#columns.get(name);
        if (belongs && column) for (const row of rows) column.mean[row] = SAID_NOTHING;
      });
    }
  }
}

/** More kinds of lines than any sketch prints. */
const MOST_FORMS = 64;

/** In an answer a null is nothing by itself. */
function inHistory(value: Value): number {
  return value === null ? NaN : numberOf(value);
}
