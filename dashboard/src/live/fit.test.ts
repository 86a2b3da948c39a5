import { expect, test } from "vitest";
import { fitCells, fitPages } from "./fit.ts";

/** `boards` tiles of `channels` values each. */
function tiles(boards: number, channels: number) {
  return Array.from({ length: boards }, (_, board) => ({
    board: `b${board}`,
    channels: Array.from({ length: channels }, (_, channel) => `c${channel}`),
  }));
}

test.each([
  [1, 1, 1440, 900, "1 page of 1x1"],
  [2, 1, 1440, 900, "1 page of 1x2"],
  [2, 1, 390, 844, "1 page of 1x2"],
  [4, 1, 1440, 900, "1 page of 2x2"],
  [6, 1, 1440, 900, "1 page of 3x2"],
  [6, 2, 390, 844, "1 page of 2x3"],
  [24, 1, 1440, 900, "1 page of 6x4"],
  [8, 3, 1440, 900, "1 page of 4x2"],
])("%i boards with %i values on %i×%i: %s", (boards, channels, width, height, said) => {
  const { pages, layout } = fitPages(tiles(boards, channels), width, height);
  expect(`${pages.length} page of ${layout.columns}x${layout.rows}`).toBe(said);
});

test("cells lie the way that numbers lie", () => {
  expect(fitCells(2, 1000, 300)).toMatchObject({ columns: 2, rows: 1 });
  expect(fitCells(2, 300, 1000)).toMatchObject({ columns: 1, rows: 2 });
  expect(fitCells(0, 300, 300)).toMatchObject({ columns: 1, rows: 1 });
});

test.each([
  [200, 5, 1440, 900],
  [200, 1, 390, 844],
  [1, 128, 1440, 900],
  [3, 1024, 820, 1180],
  [40, 2, 320, 480],
])(
  "%i boards with %i values on %i×%i: all on pages, each once, readable",
  (boards, channels, width, height) => {
    const { pages, layout } = fitPages(tiles(boards, channels), width, height);
    const shown = pages
      .flat()
      .flatMap(({ board, channels }) => channels.map((channel) => `${board} ${channel}`));
    expect(new Set(shown).size).toBe(boards * channels);
    expect(shown.length).toBe(boards * channels);
    expect(layout.size).toBeGreaterThanOrEqual(40);
    expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(
      Math.max(...pages.map((page) => page.length)),
    );
  },
);

test("the columns of the address hold", () => {
  expect(fitPages(tiles(7, 1), 1440, 900, 3).layout).toMatchObject({ columns: 3, rows: 3 });
});

test("nothing fits a screen without size, and nothing fails", () => {
  expect(fitPages(tiles(3, 2), 0, 0).pages.flat().length).toBeGreaterThanOrEqual(3);
  expect(fitPages([], 1440, 900).pages).toEqual([]);
});
