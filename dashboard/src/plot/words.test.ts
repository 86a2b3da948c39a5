import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";
import { groupsOf } from "./groups.ts";
import { DARK, LIGHT, lookOf } from "./palette.ts";
import { clampPiece, pieceIn } from "./piece.ts";
import { Raw } from "./raw.ts";
import { spanNamed } from "./spans.ts";
import { cursorWords, tickWords } from "./ticks.ts";

test("CSV has each reading as it was, in RFC 4180's form", () => {
  const raw = new Raw();
  raw.add(1000.123456, { temp: 0.1, "a,b": true });
  raw.add(2000, { temp: -1e21, 'say "x"': null });
  expect(csvOf(raw, { from: 0, to: 5000 }).join("")).toBe(
    'time,temp,"a,b","say ""x"""\r\n1000.123,0.1,1,\r\n2000,-1e+21,,\r\n',
  );
  expect(csvOf(raw, { from: 3000, to: 5000 })).toEqual(["time\r\n"]);
});

const local = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  new Date(...parts).getTime();

test.each([
  [
    "the date where a day begins",
    [local(2026, 0, 31, 23, 59), local(2026, 1, 1), local(2026, 1, 1, 0, 1)],
    60_000,
    ["23:59\n31 Jan", "00:00\n1 Feb", "00:01"],
  ],
  ["seconds", [local(2026, 4, 1, 8, 5, 9)], 1000, ["08:05:09\n1 May"]],
  ["milliseconds", [local(2026, 4, 1, 8, 5, 9, 7)], 5, ["08:05:09.007\n1 May"]],
  ["days", [local(2026, 4, 1), local(2026, 4, 2)], 86_400_000, ["1 May", "2 May"]],
] as [string, number[], number, string[]][])("below a plot stand %s", (_, times, step, words) => {
  expect(tickWords(times, step)).toEqual(words);
});

test.each([
  [10_000, "08:05:09.007"],
  [300_000, "08:05:09"],
  [86_400_000, "1 May 08:05:09"],
])("at a cursor in a view of %d ms stands %s", (width, words) => {
  expect(cursorWords(local(2026, 4, 1, 8, 5, 9, 7), width)).toBe(words);
});

test("channels of one unit are together, in the board's order, and those without one, too", () => {
  const known = { hum: { unit: "%" }, in: { unit: "°C" }, constructor: {}, out: { unit: "°C" } };
  expect(groupsOf(["new", "out", "toString", "in", "constructor", "hum"], known)).toEqual([
    { unit: "%", channels: ["hum"] },
    { unit: "°C", channels: ["in", "out"] },
    { unit: "", channels: ["constructor", "new", "toString"] },
  ]);
});

test("no two of 64 lines look alike", () => {
  for (const isDark of [true, false]) {
    const looks = Array.from({ length: 64 }, (_, at) => JSON.stringify(lookOf(at, isDark)));
    expect(new Set(looks).size).toBe(64);
  }
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("every line has a contrast of 3:1 with its card", () => {
  for (const [colours, card] of [
    [LIGHT, "#ffffff"],
    [DARK, "#1c201e"],
  ] as const) {
    for (const colour of colours) {
      const [low = 0, high = 0] = [luminance(colour), luminance(card)].sort((one, other) => one - other);
      expect((high + 0.05) / (low + 0.05), colour).toBeGreaterThanOrEqual(3);
    }
  }
});

test.each([
  ["as it is", [100, 300], [100, 300]],
  ["not in the future", [900, 1300], [600, 1000]],
  ["not too narrow", [500, 501], [476, 526]],
  ["not before 1970", [-300, 100], [0, 400]],
])("a piece that can be shown is %s", (_, [from, to], [first, end]) => {
  expect(clampPiece({ from: from!, to: to! }, 1000)).toEqual({ from: first, to: end });
});

test.each([
  ["from=1&to=5", { from: 1, to: 5 }],
  ["from=5&to=1", undefined],
  ["from=1", undefined],
  ["from=-1&to=5", undefined],
  ["from=x&to=5", undefined],
  ["from=1&to=1e99", undefined],
])("an address with %s shows %j", (query, piece) => {
  expect(pieceIn(new URLSearchParams(query))).toEqual(piece);
});

test.each([
  ["1h", "1h"],
  ["toString", "5m"],
  [null, "5m"],
])("the span %s is %s", (name, span) => {
  expect(spanNamed(name)).toBe(span);
});
