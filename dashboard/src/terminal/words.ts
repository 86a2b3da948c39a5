/** How lines are written out, and what the terminal has to say. Pure. */
import type { Entry, Outcome } from "./log.ts";
import { visible } from "./visible.ts";

/** A line as the page draws it. */
export interface Row {
  kind: Entry["kind"];
  time: string;
  /** How a line was understood, if that is worth a word. */
  mark: string;
  text: string;
  isBefore: boolean;
  outcome: Outcome | undefined;
  answer: string;
}

const MARKS: Record<string, string> = { text: "text", partial: "partial", values: "values" };

/** Of an entry, what can be seen of it. */
export function toRow(entry: Entry): Row {
  return {
    kind: entry.kind,
    time: clockTime(entry.time),
    mark: (entry.mark && MARKS[entry.mark]) ?? "",
    text: visible(entry.text),
    isBefore: entry.before ?? false,
    outcome: entry.outcome,
    answer: entry.answer === undefined ? "" : visible(entry.answer),
  };
}

/** The time of day with milliseconds: "14:03:21.214". */
export function clockTime(ms: number): string {
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, "0");
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`;
}

/** Lines as text for another program: local date and time, kind, and what it says, with tabs between. */
export function asText(entries: Entry[]): string {
  return entries.map((entry) => `${dateTime(entry.time)}\t${kindWord(entry)}\t${said(entry)}\n`).join("");
}

/** As spreadsheets read it, and as file names sort. */
function dateTime(ms: number): string {
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockTime(ms)}`;
}

function kindWord(entry: Entry): string {
  return entry.kind === "line" ? (entry.mark ?? "line") : entry.kind;
}

function said(entry: Entry): string {
  const answer = entry.answer === undefined ? "" : `\t${entry.answer}`;
  return `${entry.text}${answer}`.replace(/[\r\n]/g, " ");
}

/** The name of the file that a download becomes. */
export function fileName(board: string, now: number): string {
  return `${board}_${dateTime(now).slice(0, 19).replace(" ", "T").replaceAll(":", "")}.txt`;
}

/** Why a link cannot carry a command; empty if it can. */
export function cannotReceive(board: string, link: string): string {
  if (link === "http")
    return `${board} sends its readings by POST: it only sends and cannot receive commands.`;
  if (link === "publish") return `${board} is published by a page or program: it cannot receive commands.`;
  return "";
}

/** Until when a port is lent, from the board's detail ("… is free for 1m, until 14:32:05 UTC (…)");
 * undefined if it does not say. It names no day: the one is meant that is nearest to `now`. */
export function lentUntil(detail: string, now: number): number | undefined {
  const clock = /until (\d\d):(\d\d):(\d\d) UTC/.exec(detail);
  if (!clock) return undefined;
  const [h, min, s] = clock.slice(1).map(Number) as [number, number, number];
  const until = new Date(now).setUTCHours(h, min, s, 0);
  const days = Math.round((now - until) / DAY_MS);
  return until + days * DAY_MS;
}

const DAY_MS = 86_400_000;

/** What is left of a time, "4:05"; "0:00" once it is over. */
export function leftWords(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}
