/** What is painted in a plot. Lines have colours; the grid, its numbers and words are grey. */
import type { Locator } from "playwright-core";

/** Neighbouring rows or columns of a canvas in which something coloured is, first to last. */
export interface Run {
  from: number;
  to: number;
}

/** More than this between the strongest and the weakest of red, green, blue is a colour. */
const COLOURFUL = 40;

export async function paintedRuns(canvas: Locator, along: "rows" | "columns"): Promise<Run[]> {
  return await canvas.evaluate(
    (element, { along, colourful }) => {
      const { width, height } = element as HTMLCanvasElement;
      // Of a copy: reading the plot's own canvas would have the browser draw it in another way.
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
      context.drawImage(element as HTMLCanvasElement, 0, 0);
      const pixels = context.getImageData(0, 0, width, height).data;
      const painted = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4) {
        const rgb = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
        const isColour = (pixels[at + 3] ?? 0) > 60 && Math.max(...rgb) - Math.min(...rgb) > colourful;
        const pixel = at / 4;
        if (isColour) painted.add(along === "rows" ? Math.floor(pixel / width) : pixel % width);
      }
      const runs: { from: number; to: number }[] = [];
      for (const each of [...painted].sort((one, other) => one - other)) {
        const last = runs.at(-1);
        if (last && each === last.to + 1) last.to = each;
        else runs.push({ from: each, to: each });
      }
      return runs;
    },
    { along, colourful: COLOURFUL },
  );
}
