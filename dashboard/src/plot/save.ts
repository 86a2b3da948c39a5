/** Hands files that the page has made to the reader. */
import type { Look } from "./palette.ts";
import type { Theme } from "./theme.ts";

/** What stands below a plot in its picture. */
export interface Entry {
  look: Look;
  words: string;
}

const PAD = 12;
const ROW = 20;
const COLUMN = 260;

/** Saves a file under a name. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has to have begun with it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A plot with its title above it and its channels below it, as a PNG. */
export function pictureOf(
  plot: HTMLCanvasElement,
  title: string,
  entries: Entry[],
  theme: Theme,
): Promise<Blob> {
  const ratio = plot.width / Math.max(plot.clientWidth, 1);
  const width = plot.width / ratio;
  const columns = Math.max(1, Math.floor((width - PAD) / COLUMN));
  const legendTop = PAD + ROW + plot.height / ratio + PAD;
  const canvas = document.createElement("canvas");
  canvas.width = plot.width;
  canvas.height = (legendTop + Math.ceil(entries.length / columns) * ROW + PAD) * ratio;
  const ctx = canvas.getContext("2d");
  if (!ctx) return Promise.reject(new Error("this browser gives no canvas"));
  ctx.fillStyle = theme.card;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.drawImage(plot, 0, (PAD + ROW) * ratio);
  ctx.scale(ratio, ratio);
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.words;
  ctx.font = "600 14px system-ui, sans-serif";
  ctx.fillText(title, PAD, PAD + ROW / 2, width - 2 * PAD);
  ctx.font = "13px system-ui, sans-serif";
  entries.forEach((entry, at) => {
    const [x, y] = [PAD + (at % columns) * COLUMN, legendTop + Math.floor(at / columns) * ROW + ROW / 2];
    paintEntry(ctx, entry, x, y, theme);
  });
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the picture is too large"))), "image/png");
  });
}

function paintEntry(
  ctx: CanvasRenderingContext2D,
  { look, words }: Entry,
  x: number,
  y: number,
  theme: Theme,
): void {
  ctx.strokeStyle = look.color;
  ctx.lineWidth = 2;
  ctx.setLineDash(look.dash);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 24, y);
  ctx.stroke();
  ctx.fillStyle = theme.words;
  ctx.fillText(words, x + 30, y, COLUMN - 40);
}
