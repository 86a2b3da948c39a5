/** What the status page says of numbers. Pure. */
import { bytesWords } from "../live/words.ts";

const grouped = new Intl.NumberFormat("en-GB");

/** A count with its thousands apart: "1,234,567". */
export function countWords(count: number): string {
  return grouped.format(count);
}

/** A time that counts, in days, hours, minutes and seconds, the largest first; no smaller than a second. */
export function uptimeWords(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), "d"],
    [Math.floor(s / 3600) % 24, "h"],
    [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** How long something is kept, in the largest unit that it fills wholly: "30 days", "36 hours". */
export function keepWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, "second"];
  const count = seconds / size;
  return `${grouped.format(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** A rate of things; empty while it is not known. */
export function rateWords(perSecond: number | undefined): string {
  if (perSecond === undefined) return "";
  if (perSecond === 0) return "none now";
  if (perSecond < 0.95) return `${grouped.format(Math.max(1, Math.round(perSecond * 60)))}/min now`;
  return `${grouped.format(perSecond < 10 ? Number(perSecond.toFixed(1)) : Math.round(perSecond))}/s now`;
}

/** A rate of bytes; empty while it is not known. */
export function byteRateWords(perSecond: number | undefined): string {
  return perSecond === undefined ? "" : `${bytesWords(Math.round(perSecond))}/s now`;
}

/** How full something is, in words: "3 %"; a little is not nothing, and nearly full is not full. */
export function partWords(part: number): string {
  if (part <= 0) return "empty";
  if (part >= 1) return "full";
  if (part < 0.01) return "below 1 %";
  return `${Math.min(99, Math.round(part * 100))} %`;
}

/** What a reason of dropped lines means, and what helps. */
export interface Drop {
  means: string;
  cure: string;
}

/** By the reason's name; one that is not known is for the documentation. */
export function dropWords(reason: string): Drop {
  return Object.hasOwn(DROPS, reason)
    ? (DROPS[reason] as Drop)
    : { means: reason, cure: "See the metrics of docs/protocol.md." };
}

const DROPS: Record<string, Drop> = {
  malformed: {
    means: "Lines that do not fit the board's format, or broken JSON. They were kept as text.",
    cure: "Look at its texts in the terminal. Set format to what the board really sends; if lines are cut, check the cable and the sketch.",
  },
  too_long: {
    means: "Lines longer than max_line. They were dropped whole.",
    cure: "Let the sketch end its lines (println), or raise max_line in [limits].",
  },
  torn: {
    means: "Lines that had no end when the port closed.",
    cure: "Some are normal when a cable is pulled. If there are many, check the cable and the board's power.",
  },
  channel_limit: {
    means: "Channels past the 128th of a line, or with a name above 64 bytes.",
    cure: "Send fewer channels in one line, with shorter names.",
  },
  out_of_range: {
    means: "Values outside the min and max of their channel. They became “no value”.",
    cure: "Check the sensor and its wires, or correct min and max in the configuration.",
  },
  rate_limit: {
    means: "Lines above max_lines_per_s.",
    cure: "Let the sketch wait between lines, or raise max_lines_per_s.",
  },
  garbled: {
    means: "Bytes that made no sense while the baud rate was looked for.",
    cure: "Some are normal when a board is plugged in. To avoid them name the port in [[serial]], with its baud.",
  },
};
