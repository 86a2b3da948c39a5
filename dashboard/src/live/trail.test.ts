import { expect, test } from "vitest";
import { LENGTH, STEP_MS, Trail, trailPath } from "./trail.ts";

const T = 1_763_829_600_000;

test("a step holds the mean of its numbers", () => {
  const trail = new Trail();
  for (const value of [1, 2, 6]) trail.add(T, value);
  trail.add(T + STEP_MS, 10);
  expect([...trail.upTo(T + STEP_MS)].slice(-3)).toEqual([NaN, 3, 10]);
});

test("what is older than the ring is gone, and never comes back", () => {
  const trail = new Trail();
  trail.add(T, 1);
  trail.add(T + STEP_MS * LENGTH, 2);
  trail.add(T, 3);
  const line = [...trail.upTo(T + STEP_MS * LENGTH)];
  expect(line.filter((value) => !Number.isNaN(value))).toEqual([2]);
});

test("the line moves on while nothing comes", () => {
  const trail = new Trail();
  trail.add(T, 5);
  expect([...trail.upTo(T + 3 * STEP_MS)].at(-4)).toBe(5);
  expect([...trail.upTo(T + STEP_MS * LENGTH)].every(Number.isNaN)).toBe(true);
});

test("numbers that come late find their step", () => {
  const trail = new Trail();
  trail.add(T + 2 * STEP_MS, 7);
  trail.add(T, 5);
  expect([...trail.upTo(T + 2 * STEP_MS)].slice(-3)).toEqual([5, NaN, 7]);
});

test.each([
  ["nothing", [], ""],
  ["one value lies in the middle", [[119, 4]], "M119.0 5.0h0"],
  [
    "low is at the bottom",
    [
      [118, 0],
      [119, 1],
    ],
    "M118.0 10.0h0L119.0 0.0",
  ],
  [
    "a long silence is a gap",
    [
      [50, 0],
      [119, 1],
    ],
    "M50.0 10.0h0M119.0 0.0h0",
  ],
  [
    "a board that speaks often is missed soon",
    [
      [108, 0],
      [109, 0],
      [110, 0],
      [111, 0],
      [112, 0],
      [118, 1],
    ],
    "M108.0 10.0h0L109.0 10.0L110.0 10.0L111.0 10.0L112.0 10.0M118.0 0.0h0",
  ],
  [
    "one that speaks seldom is not",
    [
      [39, 1],
      [59, 0],
      [79, 1],
      [99, 0],
      [119, 1],
    ],
    "M39.0 0.0h0L59.0 10.0L79.0 0.0L99.0 10.0L119.0 0.0",
  ],
] as [string, [number, number][], string][])("%s", (_, points, path) => {
  const line = new Float32Array(LENGTH).fill(NaN);
  for (const [at, value] of points) line[at] = value;
  expect(trailPath(line, LENGTH - 1, 10)).toBe(path);
});
