import { expect, test } from "vitest";
import { Line } from "./line.ts";
import { MOST_CHANNELS, Raw } from "./raw.ts";

/** Readings in a block, times bytes in a number. */
const BLOCK = 2048 * 8;

function points(raw: Raw, channel: string, from = -Infinity, to = Infinity): [number, number][] {
  const line = new Line();
  raw.fill(line, channel, from, to);
  return Array.from({ length: line.length }, (_, at) => [line.time[at]!, line.mean[at]!]);
}

test("readings come out as they went in", () => {
  const raw = new Raw();
  raw.add(1, { a: 1.5, b: true, c: "open" });
  raw.add(2, { b: false });
  raw.add(3, { a: -2, d: null });
  expect(points(raw, "a")).toEqual([
    [1, 1.5],
    [3, -2],
  ]);
  expect(points(raw, "b")).toEqual([
    [1, 1],
    [2, 0],
  ]);
  expect(points(raw, "c")).toEqual([]);
  expect(points(raw, "a", 1.1, 3)).toEqual([]);
  expect(points(raw, "a", 3, 3.1)).toEqual([[3, -2]]);
  expect([raw.oldest, raw.newest, raw.rows(1, 3), raw.rows(4, 9)]).toEqual([1, 3, 2, 0]);
  const all: [number, number[]][] = [];
  raw.each(["b", "a"], 0, 9, (time, numbers) => all.push([time, numbers]));
  expect(all).toEqual([
    [1, [1, 1.5]],
    [2, [0, NaN]],
    [3, [NaN, -2]],
  ]);
});

test("an empty one has nothing, and misses nothing", () => {
  const raw = new Raw();
  expect([raw.oldest, raw.newest, raw.wholeSince, raw.bytes]).toEqual([Infinity, -Infinity, -Infinity, 0]);
});

test("the oldest go when there would be more bytes than are allowed", () => {
  // Three blocks of a time and one channel.
  const raw = new Raw(6 * BLOCK);
  for (let at = 0; at < 2048 * 3; at += 1) raw.add(at, { a: at });
  expect([raw.oldest, raw.wholeSince, raw.bytes]).toEqual([0, -Infinity, 6 * BLOCK]);
  raw.add(2048 * 3, { a: 7 });
  expect([raw.oldest, raw.wholeSince, raw.bytes]).toEqual([2048, 2048, 6 * BLOCK]);
  expect(points(raw, "a")).toHaveLength(2 * 2048 + 1);
});

test("a board that says ever new names does not fill the memory", () => {
  const raw = new Raw();
  for (let at = 0; at < 2 * MOST_CHANNELS; at += 1) raw.add(at, { [`c${at}`]: 1 });
  expect(raw.channels(0, Infinity)).toHaveLength(MOST_CHANNELS);
  expect(raw.bytes).toBe((MOST_CHANNELS + 1) * BLOCK);
});

test.each([
  ["within a block", 10, 4],
  ["over several blocks", 5000, 100],
  ["before all", 3000, -1],
])("when the clock is set back, what is later is forgotten: %s", (_, count, back) => {
  const raw = new Raw();
  for (let at = 0; at < count; at += 1) raw.add(at, { a: at, gone: 1 });
  raw.add(back, { a: -5 });
  expect(raw.newest).toBe(back);
  expect(points(raw, "a").at(-1)).toEqual([back, -5]);
  expect(points(raw, "a")).toHaveLength(Math.max(back, 0) + 1);
  // What was forgotten does not come back with the next reading.
  raw.add(back + 1, {});
  expect(points(raw, "gone", back)).toEqual([]);
});
