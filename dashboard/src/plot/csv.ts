/** The readings that this page has heard, as the gateway's history would give them in CSV. Pure. */
import type { Piece } from "./piece.ts";
import type { Raw } from "./raw.ts";

/** RFC 4180: a header, lines that end with CRLF, an empty cell where there is no number. In parts, for
 * a Blob: one string of all of it could be longer than browsers allow. */
export function csvOf(raw: Raw, { from, to }: Piece): string[] {
  const channels = raw.channels(from, to);
  const parts = [row(["time", ...channels.map(quoted)])];
  raw.each(channels, from, to, (time, numbers) => {
    parts.push(
      row([timeCell(time), ...numbers.map((value) => (Number.isFinite(value) ? String(value) : ""))]),
    );
  });
  return parts;
}

/** Times have microseconds as decimals, and no more. */
function timeCell(time: number): string {
  return String(Math.round(time * 1000) / 1000);
}

function row(cells: string[]): string {
  return `${cells.join(",")}\r\n`;
}

/** A name that spreadsheets would take for two cells, or for a formula's end, stands in quotes. */
function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
