/** Paints lines, bands and marks on a canvas. Knows nothing of where they come from. */
import type { Piece } from "./piece.ts";
import { Line, thinInto } from "./line.ts";
import type { Marks } from "./marks.ts";
import type { Look } from "./palette.ts";
import type { Theme } from "./theme.ts";

/** Where a plot's points are on its canvas, in its pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Pixels of the canvas for one of the page. */
  ratio: number;
  x: Piece;
  y: Piece;
}

/** One line and how it looks. */
export interface Painted {
  line: Line;
  look: Look;
}

/** How much of a line's colour its band has: one reading that stands out is a pixel wide, and is to be seen. */
const BAND_ALPHA = 0.45;

/** The same where more lines than `FEW_LINES` lie over each other. */
const CROWD_ALPHA = 0.22;
const FEW_LINES = 8;

/** Two labels of marks nearer than this would touch, in pixels of the page. */
const LABEL_GAP = 10;

/** A thinned line while it is painted. */
const thin = new Line();

/** Paints all lines, clipped to the area; the bands are beneath them. A point is at least `coarse` pixels
 * of the page wide. */
export function paintLines(
  ctx: CanvasRenderingContext2D,
  area: Area,
  lines: readonly Painted[],
  coarse = 1,
): void {
  const width = (coarse * area.ratio * (area.x.to - area.x.from)) / area.width;
  const thinned = (line: Line) => (coarse > 1 ? thinInto(thin, line, width) : line);
  ctx.save();
  clipTo(ctx, area);
  ctx.globalAlpha = lines.length > FEW_LINES ? CROWD_ALPHA : BAND_ALPHA;
  for (const { line, look } of lines) paintBand(ctx, area, thinned(line), look.color);
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.5 * area.ratio;
  ctx.lineJoin = "bevel";
  for (const { line, look } of lines) paintLine(ctx, area, thinned(line), look);
  ctx.restore();
}

function paintLine(ctx: CanvasRenderingContext2D, area: Area, line: Line, { color, dash }: Look): void {
  const [scaleX, scaleY] = [area.width / (area.x.to - area.x.from), area.height / (area.y.to - area.y.from)];
  const bottom = area.top + area.height;
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.setLineDash(dash.map((length) => length * area.ratio));
  ctx.beginPath();
  for (let at = 0; at < line.length; at += 1) {
    const x = area.left + ((line.time[at] ?? 0) - area.x.from) * scaleX;
    const y = bottom - ((line.mean[at] ?? 0) - area.y.from) * scaleY;
    if (!line.begins[at]) ctx.lineTo(x, y);
    else if (at + 1 === line.length || line.begins[at + 1]) {
      // A point between two gaps has no line to be seen by.
      ctx.fillRect(x - 1.5 * area.ratio, y - 1.5 * area.ratio, 3 * area.ratio, 3 * area.ratio);
    } else ctx.moveTo(x, y);
  }
  ctx.stroke();
}

/**
 * A band from the smallest to the largest, of rectangles on whole pixels so that none is painted twice.
 * What falls into one column of pixels is one rectangle: a spike is never left out.
 */
function paintBand(ctx: CanvasRenderingContext2D, area: Area, line: Line, color: string): void {
  const [scaleX, scaleY] = [area.width / (area.x.to - area.x.from), area.height / (area.y.to - area.y.from)];
  const bottom = area.top + area.height;
  const place = (at: number) => area.left + ((line.time[at] ?? 0) - area.x.from) * scaleX;
  ctx.fillStyle = color;
  let [left, min, max] = [0, Infinity, -Infinity];
  for (let at = 0; at < line.length; at += 1) {
    const x = place(at);
    const isLast = at + 1 === line.length || line.begins[at + 1];
    if (line.begins[at]) left = Math.floor(x - area.ratio);
    const right = isLast
      ? Math.max(Math.floor(x + area.ratio), left + 1)
      : Math.floor((x + place(at + 1)) / 2);
    min = Math.min(min, line.min[at] ?? Infinity);
    max = Math.max(max, line.max[at] ?? -Infinity);
    if (right <= left && !isLast) continue;
    const top = Math.round(bottom - (max - area.y.from) * scaleY);
    if (max > min) ctx.fillRect(left, top, right - left, Math.max(1, Math.round((max - min) * scaleY)));
    [left, min, max] = [right, Infinity, -Infinity];
  }
}

/** Shades the times when the board was away, and draws a dashed line where it came back. */
export function paintMarks(ctx: CanvasRenderingContext2D, area: Area, marks: Marks, theme: Theme): void {
  const place = (time: number) => area.left + ((time - area.x.from) / (area.x.to - area.x.from)) * area.width;
  const right = area.left + area.width;
  ctx.save();
  clipTo(ctx, area);
  ctx.fillStyle = theme.away;
  for (const { from, to } of marks.away) {
    const [begin, end] = [Math.max(place(from), area.left), Math.min(place(to), right)];
    if (end > area.left && begin < right)
      ctx.fillRect(begin, area.top, Math.max(end - begin, area.ratio), area.height);
  }
  ctx.strokeStyle = theme.mark;
  ctx.lineWidth = area.ratio;
  ctx.setLineDash([4 * area.ratio, 4 * area.ratio]);
  ctx.beginPath();
  for (const { time } of marks.restarts) {
    const x = Math.round(place(time)) + 0.5;
    ctx.moveTo(x, area.top);
    ctx.lineTo(x, area.top + area.height);
  }
  ctx.stroke();
  paintLabels(ctx, area, marks, theme, place);
  ctx.restore();
}

/** From the newest back, as many as have room. */
function paintLabels(
  ctx: CanvasRenderingContext2D,
  area: Area,
  marks: Marks,
  theme: Theme,
  place: (time: number) => number,
): void {
  const labels = [
    ...marks.restarts.map(({ time, words }) => ({ time, words })),
    ...marks.away.map(({ from, words }) => ({ time: from, words })),
  ].sort((one, other) => other.time - one.time);
  ctx.font = `${11 * area.ratio}px system-ui, sans-serif`;
  ctx.fillStyle = theme.mark;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  ctx.setLineDash([]);
  let free = area.left + area.width;
  for (const { time, words } of labels) {
    const width = ctx.measureText(words).width;
    const x = Math.min(Math.max(place(time), area.left) + 4 * area.ratio, area.left + area.width - width);
    if (place(time) > area.left + area.width || x + width > free || x < area.left) continue;
    ctx.fillText(words, x, area.top + 3 * area.ratio);
    free = x - LABEL_GAP * area.ratio;
  }
}

function clipTo(ctx: CanvasRenderingContext2D, area: Area): void {
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.height);
  ctx.clip();
}
