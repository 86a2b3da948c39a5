import { expect, test } from "vitest";
import { Rates } from "./rates.ts";

/** The rate of `a` after samples of [uptime, a]; undefined as a count is a counter that is not there yet. */
test.each([
  ["nothing", [], undefined],
  ["one sample", [[1, 5]], undefined],
  [
    "two",
    [
      [1, 5],
      [3, 9],
    ],
    2,
  ],
  [
    "a burst at the beginning",
    [
      [1, 5],
      [1.1, 900],
    ],
    undefined,
  ],
  [
    "it stands still",
    [
      [1, 5],
      [3, 5],
    ],
    0,
  ],
  [
    "the same again",
    [
      [1, 5],
      [1, 5],
    ],
    undefined,
  ],
  [
    "only the last ten seconds",
    [
      [1, 0],
      [2, 1000],
      [9, 1000],
      [12, 1003],
    ],
    0.3,
  ],
  [
    "a gateway that has begun anew",
    [
      [100, 5000],
      [2, 1],
    ],
    undefined,
  ],
  [
    "and goes on",
    [
      [100, 5000],
      [2, 1],
      [4, 11],
    ],
    5,
  ],
  [
    "a counter that appears",
    [
      [1, undefined],
      [3, 4],
    ],
    2,
  ],
  [
    "a counter that goes",
    [
      [1, 4],
      [3, undefined],
    ],
    0,
  ],
] as [string, [number, number | undefined][], number | undefined][])("%s", (_, samples, rate) => {
  const rates = new Rates();
  for (const [uptime, a] of samples)
    rates.add({ uptime, counts: new Map(a === undefined ? [] : [["a", a]]) });
  expect(rates.of("a")).toBe(rate);
});

test("however often it is asked, little is kept", () => {
  const rates = new Rates();
  for (let at = 0; at < 5000; at += 1) rates.add({ uptime: at / 1000, counts: new Map([["a", at]]) });
  expect(rates.of("a")).toBeCloseTo(1000);
});
