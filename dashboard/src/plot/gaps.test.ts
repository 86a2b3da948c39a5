import { expect, test } from "vitest";
import { breakLine, breakLines, mergePieces, setReach, usualInterval } from "./gaps.ts";
import { Line } from "./line.ts";

function lineAt(times: readonly number[]): Line {
  const line = new Line();
  for (const time of times) line.pushNumber(time, 1);
  return line;
}

test.each([
  ["nothing", [], 0],
  ["one point", [5], 0],
  ["steady", [0, 10, 20, 30], 10],
  ["with a break", [0, 10, 20, 900, 910], 10],
])("the usual interval of %s", (_, times, interval) => {
  expect(usualInterval(lineAt(times), 0)).toBe(interval);
});

test("the usual interval of many points is found among some of them", () => {
  expect(usualInterval(lineAt(Array.from({ length: 10_000 }, (_, at) => at * 7)), 0)).toBe(7);
});

test.each([
  ["steady", [0, 10, 20, 30], 0, [], []],
  ["two readings lost may be chance", [0, 10, 20, 50, 60], 0, [], []],
  ["three are none", [0, 10, 20, 51, 61], 0, [], [[20, 51]]],
  ["buckets that are wider than the silence", [0, 10, 20, 51, 61], 20, [], []],
  ["the board was offline, however shortly", [0, 10, 20, 30], 0, [[12, 13]], [[10, 20]]],
  ["offline until now", [0, 10, 20, 30], 0, [[30, Infinity]], []],
  ["offline since before", [0, 10, 20], 0, [[-50, 5]], [[0, 10]]],
  [
    "offline twice within one silence, and once more",
    [0, 10, 20, 30, 40],
    0,
    [
      [11, 12],
      [13, 14],
      [31, 39],
    ],
    [
      [10, 20],
      [30, 40],
    ],
  ],
] as [string, number[], number, number[][], number[][]][])("%s", (_, times, every, away, gaps) => {
  const line = lineAt(times);
  setReach(line, 0, every);
  const pieces = (all: number[][]) => all.map(([from = 0, to = 0]) => ({ from, to }));
  expect(breakLine(line, pieces(away))).toEqual(pieces(gaps));
  for (const [, to] of gaps) expect(line.begins[times.indexOf(to!)]).toBe(1);
});

test("a value that the board said it has not is a gap, too", () => {
  const line = lineAt([0, 10]);
  line.cut();
  line.pushNumber(20, 1);
  setReach(line, 0, 0);
  expect(breakLine(line, [])).toEqual([{ from: 10, to: 20 }]);
});

test("a cable that is pulled is one gap, however many channels it silences", () => {
  const lines = [lineAt([0, 10, 20, 90]), lineAt([1, 11, 21, 91])].map((line) => ({ line }));
  for (const { line } of lines) setReach(line, 0, 0);
  const marks = { restarts: [], away: [{ from: 30, to: 80, words: "offline" }] };
  expect(breakLines(lines, marks, [])).toEqual([{ from: 20, to: 91 }]);
});

test("pieces that only touch are two", () => {
  const pieces = [
    { from: 5, to: 9 },
    { from: 0, to: 5 },
    { from: 6, to: 7 },
  ];
  expect(mergePieces(pieces)).toEqual([
    { from: 0, to: 5 },
    { from: 5, to: 9 },
  ]);
});
