import { expect, test } from "vitest";
import { firstAtOrAfter, Line, MOST_POINTS, thinInto } from "./line.ts";

test.each([
  [[], 5, 0],
  [[1, 2, 3], 0, 0],
  [[1, 2, 3], 2, 1],
  [[1, 2, 3], 2.5, 2],
  [[1, 2, 3], 4, 3],
  [[2, 2, 2], 2, 0],
] as [number[], number, number][])("in %j the first at or after %d is at %d", (times, time, at) => {
  expect(firstAtOrAfter(times, times.length, time)).toBe(at);
});

test("numbers become points, and what is no number none", () => {
  const line = new Line();
  line.pushNumber(1, 10);
  line.pushNumber(2, NaN);
  line.pushNumber(3, 30);
  line.pushNumber(4, Infinity);
  line.pushNumber(5, 50);
  expect([...line.time.subarray(0, line.length)]).toEqual([1, 3, 5]);
  // The board said at 4 that there is no value.
  expect([...line.begins.subarray(0, line.length)]).toEqual([1, 0, 1]);
  expect(line.sums(0, 10)).toEqual({ min: 10, max: 50, last: 50, count: 3, isExact: true });
});

test("sums are of what is seen", () => {
  const line = new Line();
  line.push(1, 5, 1, 9, 4);
  line.push(2, 6, 2, 30, 0);
  line.push(3, 7, 3, 8, 2);
  expect(line.sums(1.5, 2.5)).toMatchObject({ min: 2, max: 30, last: 6 });
  // Nobody knows how many readings the second stands for, but there was one.
  expect(line.sums(0, 4)).toMatchObject({ count: 7, isExact: false });
  expect(line.sums(8, 9)).toMatchObject({ min: Infinity, max: -Infinity, last: NaN });
});

test("a cleared line is as a new one", () => {
  const line = new Line();
  line.push(1, 5, 5, 5, 0);
  line.clear();
  line.pushNumber(2, 6);
  expect([line.length, line.begins[0], line.sums(0, 9).count, line.isExact]).toEqual([1, 1, 1, true]);
});

test("a line has a bound, and grows up to it", () => {
  const line = new Line();
  for (let at = 0; at < MOST_POINTS + 10; at += 1) line.pushNumber(at, at);
  expect([line.length, line.time[MOST_POINTS - 1], line.max[300]]).toEqual([
    MOST_POINTS,
    MOST_POINTS - 1,
    300,
  ]);
});

test.each([
  [0, undefined],
  [8.5, 0],
  [14, 0],
  [16, 1],
  [22, 1],
  [23.5, undefined],
] as const)("a cursor at %d means the point %s", (time, at) => {
  const line = new Line();
  for (const each of [10, 20]) line.pushNumber(each, 1);
  line.reach.fill(3, 0, 2);
  // Between them neither reaches, if the silence is long.
  expect(line.nearest(time)).toBe(time === 14 || time === 16 ? undefined : at);
  line.reach.fill(5, 0, 2);
  if (time === 14 || time === 16) expect(line.nearest(time)).toBe(at);
});

test("points are made one within a width, but never over a gap", () => {
  const line = new Line();
  for (const [time, value] of [
    [0, 1],
    [4, 9],
    [9, 2],
    [10, 5],
    [13, 7],
  ] as const)
    line.push(time, value, value - 1, value + 1, 1);
  line.cut();
  line.pushNumber(14, 3);
  const thin = thinInto(new Line(), line, 10);
  const columns = [thin.time, thin.mean, thin.min, thin.max, thin.begins];
  expect(columns.map((column) => [...column.subarray(0, thin.length)])).toEqual([
    [13 / 3, 11.5, 14],
    [4, 6, 3],
    [0, 4, 3],
    [10, 8, 3],
    [1, 0, 1],
  ]);
  // Anew, as before each drawing.
  expect(thinInto(thin, line, 1000).length).toBe(2);
});
