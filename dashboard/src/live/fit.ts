/** How tiles are laid out so that numbers get as large as they can. Pure; all sizes are CSS pixels. */
import type { Tile } from "./wall.ts";

/** The page's tiles in columns and rows. */
export interface Layout {
  columns: number;
  rows: number;
  /** How high a number may be; what does not fit this is shrunk by its own cell. */
  size: number;
}

/** Pages of tiles, and how each is laid out: the same way, so that nothing jumps when they turn. */
export interface Pages {
  pages: Tile[][];
  layout: Layout;
}

/** A number as wide as most ("23.5" and a unit in half its size) takes so many times its own height. */
const WIDTH_OF_NUMBER = 3.5;

/** The part of a cell that is the number's; above it is the label. */
const HEIGHT_OF_NUMBER = 0.55;

/** The head of a tile, with the board's name and state. */
const HEAD = 56;

/** Read from four metres on a screen of usual size; below that, pages take turns. */
const LEAST = 40;

/** The cells inside a tile. At least one, also for a tile without values. */
export function fitCells(count: number, width: number, height: number): Layout {
  return best(Math.max(count, 1), undefined, (columns, rows) =>
    Math.min((height / rows) * HEIGHT_OF_NUMBER, width / columns / WIDTH_OF_NUMBER),
  );
}

/** Tiles on pages: on one if numbers stay readable, else on as few as possible. A board with more values than
 * fit gets several tiles. */
export function fitPages(tiles: readonly Tile[], width: number, height: number, columns?: number): Pages {
  let chosen: Pages | undefined;
  for (const limit of [24, 12, 6, 3, 1]) {
    const found = readable(split(tiles, limit), width, height, columns);
    const better = !chosen || (chosen.layout.size < LEAST && found.layout.size > chosen.layout.size);
    const fewer = chosen && found.layout.size >= LEAST && found.pages.length < chosen.pages.length;
    if (better || fewer) chosen = found;
  }
  return chosen ?? { pages: [], layout: { columns: 1, rows: 1, size: 0 } };
}

function readable(tiles: readonly Tile[], width: number, height: number, columns?: number): Pages {
  for (let count = 1; ; count += 1) {
    const each = Math.max(Math.ceil(tiles.length / count), 1);
    const layout = fitTiles(tiles, each, width, height, columns);
    if (layout.size < LEAST && each > 1) continue;
    const pages = [];
    for (let at = 0; at < tiles.length; at += each) pages.push(tiles.slice(at, at + each));
    return { pages, layout };
  }
}

function fitTiles(tiles: readonly Tile[], each: number, width: number, height: number, columns?: number) {
  const most = Math.max(...tiles.map(({ channels }) => channels.length), 1);
  return best(each, columns, (columns, rows) => {
    const inner = Math.max(height / rows - HEAD, 1);
    return fitCells(most, width / columns, inner).size;
  });
}

/** The columns in which `count` things get the greatest size; of equals the one with the fewest columns. */
function best(
  count: number,
  fixed: number | undefined,
  size: (columns: number, rows: number) => number,
): Layout {
  let found: Layout | undefined;
  for (let columns = fixed ?? count; columns >= 1; columns -= 1) {
    const rows = Math.ceil(count / columns);
    const layout = { columns, rows, size: size(columns, rows) };
    if (!found || layout.size >= found.size) found = layout;
    if (fixed) break;
  }
  return found ?? { columns: 1, rows: 1, size: 0 };
}

function split(tiles: readonly Tile[], limit: number): Tile[] {
  return tiles.flatMap(({ board, channels }) => {
    const parts: Tile[] = [];
    for (let at = 0; at === 0 || at < channels.length; at += limit) {
      parts.push({ board, channels: channels.slice(at, at + limit) });
    }
    return parts;
  });
}
