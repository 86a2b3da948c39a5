/** One plot: uPlot has the axes and the cursor, and the lines are painted on its canvas. */
import uPlot from "uplot";
import type { Piece } from "./piece.ts";
import type { Marks } from "./marks.ts";
import { paintLines, paintMarks, type Area, type Painted } from "./paint.ts";
import type { Theme } from "./theme.ts";
import { tickWords } from "./ticks.ts";

/** What one drawing shows. */
export interface Scene {
  view: Piece;
  lines: Painted[];
  /** How many pixels wide a point is. */
  coarse: number;
  marks: Marks;
  theme: Theme;
}

/** What a reader does with a plot. */
export interface Hands {
  /** Drew a box about a piece of time. */
  select(piece: Piece): void;
  /** Wants the present. */
  live(): void;
  /** Points at a time; undefined if at none. */
  point(time: number | undefined): void;
}

/** The room for the numbers at the left, the same for all plots of a page so that times are beneath each other. */
const AXIS_PX = 58;

/** The unit stands above the axis. */
const HEAD_PX = 30;

/** One plot in an element. */
export class Figure {
  #plot: uPlot;
  #scene: Scene | undefined;
  #unit: string;
  #host: HTMLElement;

  constructor(host: HTMLElement, unit: string, sync: string, hands: Hands) {
    this.#unit = unit;
    this.#host = host;
    const axis = {
      stroke: () => this.#scene?.theme.quiet ?? "gray",
      grid: { stroke: () => this.#scene?.theme.line ?? "gray", width: 1 },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    this.#plot = new uPlot(
      {
        width: Math.max(host.clientWidth, 100),
        height: Math.max(host.clientHeight, 100),
        ms: 1,
        padding: [HEAD_PX, 12, 0, 0],
        legend: { show: false },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        // The lines are not uPlot's: it would want all channels at the same times, and copy them at each drawing.
        series: [{}, { show: true, paths: () => null, points: { show: false } }],
        axes: [
          {
            ...axis,
            space: 70,
            size: 40,
            values: (_plot, splits, _axis, _space, step) => tickWords(splits, step),
          },
          { ...axis, size: AXIS_PX, values: (_plot, splits) => splits.map(numberWords) },
        ],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false },
          sync: { key: sync, scales: ["x", null] },
          bind: {
            // With Shift the plot is moved; a second finger is no mouse.
            mousedown: (_plot, _target, handler) => (event) =>
              event.shiftKey || event.button ? null : handler(event),
            dblclick: () => () => {
              hands.live();
              return null;
            },
          },
        },
        hooks: {
          drawClear: [() => this.#paint(true)],
          draw: [() => this.#paint(false)],
          setCursor: [(plot) => hands.point(pointed(plot))],
          setSelect: [(plot) => this.#select(plot, hands)],
        },
      },
      [
        [0, 1],
        [null, null],
      ],
      host,
    );
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const y = rangeOf(scene);
    this.#plot.batch(() => {
      this.#plot.setScale("x", { min: scene.view.from, max: scene.view.to });
      this.#plot.setScale("y", { min: y.from, max: y.to });
    });
  }

  resize(width: number, height: number): void {
    if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  /** Where pointers are over the points. */
  get over(): HTMLElement {
    return this.#plot.over;
  }

  /** Whether keys and the wheel are meant for this plot. */
  get hasFocus(): boolean {
    return this.#host.contains(document.activeElement);
  }

  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  /** The time at a place of the page, in its pixels. */
  timeAt(clientX: number): number {
    return this.#plot.posToVal(clientX - this.#plot.over.getBoundingClientRect().left, "x");
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #select(plot: uPlot, hands: Hands): void {
    const { left, width } = plot.select;
    if (width < 3) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    hands.select({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
  }

  #paint(isBeneath: boolean): void {
    const scene = this.#scene;
    if (!scene) return;
    const { ctx, bbox, scales } = this.#plot;
    const ratio = uPlot.pxRatio;
    const y = { from: scales["y"]?.min ?? 0, to: scales["y"]?.max ?? 1 };
    const area: Area = { ...bbox, ratio, x: scene.view, y };
    if (isBeneath) paintMarks(ctx, area, scene.marks, scene.theme);
    else {
      paintLines(ctx, area, scene.lines, scene.coarse);
      ctx.save();
      ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
      ctx.fillStyle = scene.theme.quiet;
      ctx.textBaseline = "top";
      ctx.textAlign = "right";
      ctx.fillText(this.#unit, area.left - 6 * ratio, 10 * ratio);
      ctx.restore();
    }
  }
}

/** The time at the cursor. */
function pointed(plot: uPlot): number | undefined {
  const { left } = plot.cursor;
  return left === undefined || left < 0 ? undefined : plot.posToVal(left, "x");
}

/** All that is seen of the lines, with some room; a plot without any has something, too. */
function rangeOf({ lines, view }: Scene): Piece {
  let [low, high] = [Infinity, -Infinity];
  for (const { line } of lines) {
    const { min, max } = line.sums(view.from, view.to);
    low = Math.min(low, min);
    high = Math.max(high, max);
  }
  if (low > high) return { from: 0, to: 1 };
  const [from, to] = uPlot.rangeNum(low, high, 0.08, true);
  return { from: from ?? low, to: to ?? high };
}

/** At most eight letters wide. */
function numberWords(value: number): string {
  const words = String(Number(value.toPrecision(6)));
  return words.length <= 8 ? words : value.toExponential(2);
}
