import { expect, test } from "vitest";
import { Buckets } from "./buckets.ts";
import { Line } from "./line.ts";

/** Points as [time, mean, min, max]. */
function points(buckets: Buckets, from: number, to: number): number[][] {
  const line = new Line();
  buckets.fill(line, "a", from, to);
  return Array.from({ length: line.length }, (_, at) =>
    [line.time, line.mean, line.min, line.max].map((column) => column[at]!),
  );
}

test("a bucket has the mean, the smallest and the largest, in its middle", () => {
  const buckets = new Buckets(10, 5);
  for (const [time, a] of [
    [0, 1],
    [3, 9],
    [9.9, 2],
    [10, 7],
  ] as const)
    buckets.add(time, { a });
  expect(points(buckets, 0, 20)).toEqual([
    [5, 4, 1, 9],
    [15, 7, 7, 7],
  ]);
});

test("the point of a bucket that is seen in part is in the middle of that part", () => {
  const buckets = new Buckets(10, 5);
  buckets.add(8, { a: 1 });
  buckets.add(12, { a: 2 });
  expect(points(buckets, 6, 14)).toEqual([
    [8, 1, 1, 1],
    [12, 2, 2, 2],
  ]);
});

test("a ring has as many buckets as it has, and older ones are left out", () => {
  const buckets = new Buckets(10, 3);
  for (const time of [5, 15, 25, 35]) buckets.add(time, { a: time });
  expect(points(buckets, 0, 100).map(([, mean]) => mean)).toEqual([15, 25, 35]);
  buckets.add(5, { a: 99 });
  expect(points(buckets, 0, 100).map(([, mean]) => mean)).toEqual([15, 25, 35]);
  // Far beyond its end nothing of it is left.
  buckets.add(1005, { a: 1 });
  expect(points(buckets, 0, 2000).map(([, mean]) => mean)).toEqual([1]);
});

test("what the board said it has not breaks the line, if the bucket has nothing else", () => {
  const buckets = new Buckets(10, 9);
  const values = [1, null, 2, "text", 3];
  values.forEach((a, at) => buckets.add(at * 10, { a }));
  buckets.add(21, { a: null });
  const line = new Line();
  buckets.fill(line, "a", 0, 100);
  expect([...line.begins.subarray(0, line.length)]).toEqual([1, 1, 0]);
});

test("when the clock is set back, what is later is forgotten", () => {
  const buckets = new Buckets(10, 9);
  for (const time of [5, 15, 25]) buckets.add(time, { a: time });
  buckets.forgetFrom(12);
  buckets.add(13, { a: -1 });
  expect(points(buckets, 0, 100).map(([, mean]) => mean)).toEqual([5, -1]);
});
