import { expect, test } from "vitest";
import { breakLine } from "./gaps.ts";
import { Line } from "./line.ts";
import { paintLines, paintMarks, type Area } from "./paint.ts";

/** Notes what is painted. */
function canvas() {
  const rects: { x: number; y: number; width: number; height: number }[] = [];
  const moves: [string, number, number][] = [];
  const words: string[] = [];
  const noted: Record<string, unknown> = {
    fillRect: (x: number, y: number, width: number, height: number) => rects.push({ x, y, width, height }),
    moveTo: (x: number, y: number) => moves.push(["move", x, y]),
    lineTo: (x: number, y: number) => moves.push(["line", x, y]),
    fillText: (text: string) => words.push(text),
    measureText: (text: string) => ({ width: text.length * 6 }),
  };
  const context = new Proxy(noted, { get: (known, name) => known[String(name)] ?? (() => {}) });
  return { context: context as unknown as CanvasRenderingContext2D, rects, moves, words };
}

/** A hundred pixels for a second, a pixel for each of 0 to 100. */
const AREA: Area = {
  ...{ left: 0, top: 0, width: 100, height: 100, ratio: 1 },
  ...{ x: { from: 0, to: 1000 }, y: { from: 0, to: 100 } },
};
const LOOK = { color: "red", dash: [] };

function band(points: [time: number, min: number, max: number][], area = AREA, coarse = 1) {
  const line = new Line();
  for (const [time, min, max] of points) line.push(time, min, min, max, 1);
  const noted = canvas();
  paintLines(noted.context, area, [{ line, look: LOOK }], coarse);
  return noted.rects.filter(({ height }) => height > 3);
}

test.each([
  [
    "alone in its pixel",
    [
      [100, 20, 20],
      [500, 20, 90],
      [900, 20, 20],
    ],
    1,
  ],
  [
    "behind another in one pixel",
    [
      [500, 20, 20],
      [502, 20, 90],
      [900, 20, 20],
    ],
    1,
  ],
  [
    "before another in one pixel",
    [
      [100, 20, 20],
      [500, 20, 90],
      [502, 20, 20],
      [503, 20, 20],
    ],
    1,
  ],
  [
    "the last of all, at the edge",
    [
      [997, 20, 20],
      [998, 20, 20],
      [999.9, 20, 90],
    ],
    1,
  ],
  [
    "drawn coarsely",
    [
      [100, 20, 20],
      [500, 20, 20],
      [503, 20, 90],
      [509, 20, 20],
      [900, 20, 20],
    ],
    4,
  ],
] as [string, [number, number, number][], number][])("a spike is painted: %s", (_, points, coarse) => {
  const tall = band(points, AREA, coarse);
  expect(tall).toHaveLength(1);
  expect(tall[0]).toMatchObject({ y: 10, height: 70 });
  expect(tall[0]!.width).toBeGreaterThanOrEqual(1);
  // Where it can be seen.
  expect(tall[0]!.x).toBeLessThan(100);
});

test("a spike is painted in a page that is zoomed out, too", () => {
  expect(band([[500, 20, 90]], { ...AREA, ratio: 0.3 })[0]!.width).toBeGreaterThanOrEqual(1);
});

test("no two rectangles of a band overlap", () => {
  const points = Array.from({ length: 700 }, (_, at): [number, number, number] => [at * 1.37, at % 7, 50]);
  const rects = band(points).sort((one, other) => one.x - other.x);
  rects.slice(1).forEach(({ x }, at) => expect(x).toBeGreaterThanOrEqual(rects[at]!.x + rects[at]!.width));
});

test("no line goes over a gap, and a point between two gaps is a dot", () => {
  const line = new Line();
  for (const time of [100, 200, 500, 800, 900]) line.pushNumber(time, 50);
  line.reach.fill(150, 0, 5);
  breakLine(line, []);
  const { context, moves, rects } = canvas();
  paintLines(context, AREA, [{ line, look: LOOK }]);
  expect(moves).toEqual([
    ["move", 10, 50],
    ["line", 20, 50],
    ["move", 80, 50],
    ["line", 90, 50],
  ]);
  expect(rects).toEqual([{ x: 48.5, y: 48.5, width: 3, height: 3 }]);
});

const THEME = { away: "pink", mark: "red" } as Parameters<typeof paintMarks>[3];

test("a time when the board was away is shaded up to now, if it lasts", () => {
  const { context, rects, words } = canvas();
  const away = [{ from: 700, to: Infinity, words: "offline" }];
  paintMarks(context, AREA, { restarts: [], away }, THEME);
  expect(rects).toEqual([{ x: 70, y: 0, width: 30, height: 100 }]);
  // It would reach beyond the edge there, so it stands further left.
  expect(words).toEqual(["offline"]);
});

test("of words that would touch, the newest are written", () => {
  const { context, words } = canvas();
  const restarts = [100, 600, 620].map((time) => ({ time, words: `at ${time}` }));
  paintMarks(context, AREA, { restarts, away: [] }, THEME);
  expect(words).toEqual(["at 620", "at 100"]);
});
