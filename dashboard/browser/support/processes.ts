/** What processes cost, from /proc. Linux only. */
import { readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

/** A process's processor time so far, in s, by what it is for a browser. */
export interface Cost {
  pid: number;
  kind: string;
  cpu: number;
}

const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** The process and all that came from it, as far as they run. */
export function family(pid: number): Cost[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map<number, { parent: number; cpu: number }>();
  for (const each of all) {
    const stat = read(`/proc/${each}/stat`);
    if (!stat) continue;
    // The name stands in parentheses and may hold anything, also these.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
    parents.set(each, { parent: Number(fields[1]), cpu });
  }
  const belongs = (each: number): boolean => {
    for (let at = each; at > 1; at = parents.get(at)?.parent ?? 0) if (at === pid) return true;
    return false;
  };
  return [...parents]
    .filter(([each]) => belongs(each))
    .map(([each, { cpu }]) => ({ pid: each, kind: kind(each), cpu }));
}

/** Memory of a process in MB, with its share of what several use. */
export function memory(pid: number): number {
  const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return Number(pss?.[1] ?? 0) / 1000;
}

/** The processor time that this machine spent on anything, in s. */
export function machineBusy(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = read("/proc/stat")
    .split("\n", 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS;
}

function kind(pid: number): string {
  const type = /--type=([a-z-]+)/.exec(read(`/proc/${pid}/cmdline`));
  return type?.[1] ?? "browser";
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has just ended.
    return "";
  }
}
