/** How numbers, times and states are said. Pure. */
import type { Value } from "boardcast-client";

/** A value as people read it: at most six digits that count, trailing zeros as the board sent them. */
export function valueWords(value: Value | undefined): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** How long ago something was: "3 s ago". Negative times are "now": clocks differ a little. */
export function agoWords(ms: number): string {
  const words = spanWords(ms);
  return words ? `${words} ago` : "just now";
}

/** How long something took, in its largest unit and the next where that is small; empty below 1 s. */
export function spanWords(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s < 1) return "";
  if (s < 120) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 120) return `${min} min`;
  const h = Math.floor(min / 60);
  return h < 48 ? `${h} h` : `${Math.floor(h / 24)} days`;
}

/** Bytes with a unit that people know; 1024 of each make the next. */
export function bytesWords(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toPrecision(3)} ${units[unit]}`;
}

const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** The time of day, "14:03:21"; of another day than `now` with its date. */
export function timeWords(ms: number, now = Date.now()): string {
  const sameDay = new Date(ms).toDateString() === new Date(now).toDateString();
  return (sameDay ? clockTime : dayAndTime).format(ms);
}

/** Why a board is as it is, and what helps, in a sentence; for reasons that are not known, the reason. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}

const REASONS: Record<string, string> = {
  unplugged: "its cable was pulled",
  absent: "it is not plugged in",
  denied: "the gateway may not open its port",
  busy: "another program has its port",
  ambiguous: "two boards look the same: name its USB socket",
  released: "its port is lent to another program",
  closed: "it closed the connection",
  timeout: "it stopped answering",
  error: "its connection failed",
  replaced: "it connected again",
};
