import type { Value } from "boardcast-client";
import { expect, test } from "vitest";
import { Line } from "./line.ts";
import { Past } from "./past.ts";

function fill(past: Past, channel: string, from: number, to: number): Line {
  const line = new Line();
  past.fill(line, channel, from, to);
  return line;
}

/** Points as [time, mean, begins]. */
function points(line: Line): number[][] {
  return Array.from({ length: line.length }, (_, at) => [line.time[at]!, line.mean[at]!, line.begins[at]!]);
}

function asTheyWere(values: Record<string, Value[]>): Past {
  const time = Object.values(values)[0]!.map((_, at) => at * 10);
  return new Past({ from: 0, to: 1000, time, values });
}

test.each([
  ["every reading has both", { a: [1, 2], b: [3, 4] }, [0, 0]],
  ["a board that says other things between has all", { a: [1, null, 2], b: [null, 5, null] }, [0, 0]],
  ["one that leaves a value out of a line has it not", { a: [1, null, 2], b: [3, 4, 5] }, [0, 1]],
  ["all at once", { a: [1, null, null, 2], b: [3, null, 4, 5], c: [null, 9, null, null] }, [0, 1]],
] as [string, Record<string, Value[]>, number[]][])("a null: %s", (_, values, begins) => {
  const line = fill(asTheyWere(values), "a", 0, 1000);
  expect(points(line).map(([, , begin]) => begin)).toEqual([1, ...begins.slice(1)]);
});

test("readings are taken from a time on, before another", () => {
  const past = asTheyWere({ a: [0, 1, 2, true, "text"] });
  expect(points(fill(past, "a", 10, 31)).map(([time, mean]) => [time, mean])).toEqual([
    [10, 1],
    [20, 2],
    [30, 1],
  ]);
  expect(fill(past, "nobody", 0, 99).length).toBe(0);
});

test("channels are those that had a number", () => {
  expect(asTheyWere({ a: [1, null], b: ["x", "y"], c: [null, null], d: [false, null] }).channels).toEqual([
    "a",
    "d",
  ]);
});

const BUCKETS = {
  from: 0,
  to: 100,
  every: 10,
  time: [0, 10, 30],
  values: { a: [5, 6, null], b: [1, null, 2] },
  min: { a: [1, 6, null], b: [1, null, 2] },
  max: { a: [9, 6, null], b: [1, null, 2] },
};

test("a bucket has a mean, a smallest, a largest, and nobody knows of how many readings", () => {
  const line = fill(new Past(BUCKETS), "a", 0, 100);
  expect([line.min[0], line.mean[0], line.max[0], line.isExact]).toEqual([1, 5, 9, false]);
  expect(points(line)).toEqual([
    [5, 5, 1],
    [15, 6, 0],
  ]);
  // Nothing in a bucket is nothing heard: whether that is a gap is told from its length.
  expect(points(fill(new Past(BUCKETS), "b", 0, 100))).toEqual([
    [5, 1, 1],
    [35, 2, 0],
  ]);
});

test("the point of a bucket is in the middle of what is seen of it", () => {
  expect(points(fill(new Past(BUCKETS), "a", 4, 12))).toEqual([
    [7, 5, 1],
    [11, 6, 0],
  ]);
});

test("a bucket that ends where the view begins is not seen", () => {
  expect(points(fill(new Past(BUCKETS), "a", 10, 100))).toEqual([[15, 6, 1]]);
});
