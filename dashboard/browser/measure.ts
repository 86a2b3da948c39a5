/**
 * What a page costs that is left open: `npm run measure`, `make bench-dashboard`. One board sends 100
 * readings a second with 50 channels; the same goes into Node-RED's dashboard.
 *
 * MINUTES=10 a case; ONLY="hour hidden" chooses cases; NODE_RED_DIR keeps Node-RED's packages.
 */
import { cpus, loadavg } from "node:os";
import { afterAll, onTestFinished, test } from "vitest";
import { startNodeRed, type NodeRed } from "./peers/node-red.ts";
import { WifiBoard } from "./support/boards.ts";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { family, machineBusy, memory, type Cost } from "./support/processes.ts";
import { Window } from "./support/window.ts";

const MINUTES = Number(process.env["MINUTES"] ?? 10);
const CHANNELS = 50;
const RATE_HZ = 100;

/** So long a page may load and fill before it is measured. */
const WARM_UP_MS = 15_000;

interface Case {
  name: string;
  title: string;
  hash?: string;
  hidden?: true;
  rate?: number;
}

const CASES: Case[] = [
  { name: "live", title: "boardcast, a board, 5 min", hash: "#/board/bench?span=5m" },
  { name: "hour", title: "boardcast, a board, an hour", hash: "#/board/bench?span=1h" },
  { name: "overview", title: "boardcast, overview", hash: "#/" },
  { name: "hidden", title: "boardcast, hidden tab", hash: "#/board/bench?span=5m", hidden: true },
  { name: "node-red", title: "Node-RED, 5 min, 100 readings/s", rate: RATE_HZ },
  { name: "node-red-slow", title: "Node-RED, 5 min, 5 readings/s", rate: 5 },
];

const wanted = process.env["ONLY"]?.split(/\s+/).filter(Boolean);
const rows: string[][] = [];

for (const each of CASES.filter(({ name }) => !wanted || wanted.includes(name))) {
  test(each.title, { timeout: (MINUTES + 10) * 60_000 }, () => measure(each));
}

afterAll(() => {
  const [head, ...rest] = table();
  console.log(
    [
      `\n${CHANNELS} channels, ${RATE_HZ} readings/s unless said, ${MINUTES} min each; ${cpus().length} × ${cpus()[0]?.model}`,
      "Processor time in % of one core. Drawing is done by the processor: the browser has no graphics card here.\n",
      head,
      head?.replace(/[^|]/g, "-"),
      ...rest,
    ].join("\n"),
  );
});

const HEAD = [
  "page",
  "browser CPU",
  "of that the page's process",
  "first → last minute",
  "JS memory, first → last MB",
  "page's process, first → last MB",
  "answers in, median / worst ms",
  "server CPU",
  "server MB",
  "others on this machine",
];

function table(): string[] {
  return [HEAD, ...rows].map((row) => `| ${row.join(" | ")} |`);
}

/** What a page is fed from. */
interface Source {
  url: string;
  pid: number;
  say(line: string): void;
  isRunning(): boolean;
}

async function measure(how: Case): Promise<void> {
  const source = how.hash === undefined ? await nodeRed() : await boardcast(how.hash);
  const window = await Window.open();
  await window.page.goto(source.url);
  // Not before: a server that is too busy to send its page would not be measured at all.
  onTestFinished(feed(source, how.rate ?? RATE_HZ));
  if (how.hidden) await window.hide();
  await pause(WARM_UP_MS);
  const minutes: Sample[] = [await sample(window, source)];
  const answers: number[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      answers.push(await answerTime(window));
      await pause(2000);
    }
    minutes.push(await sample(window, source));
    console.log(
      `${how.title}, minute ${minute + 1}: ${(cost(minutes.at(-2)!, minutes.at(-1)!) * 100).toFixed(1)} %`,
    );
    if (!minutes.at(-1)!.answered || !source.isRunning()) break;
  }
  rows.push(row(how, minutes, answers));
}

async function boardcast(hash: string): Promise<Source> {
  const gateway = await Gateway.start(HISTORY.replace("20ms", "1s"));
  const board = await WifiBoard.connect(gateway, "bench");
  return {
    url: `http://${gateway.address}/${hash}`,
    pid: gateway.pid,
    say: (line) => board.say(line),
    isRunning: () => true,
  };
}

async function nodeRed(): Promise<NodeRed> {
  const peer = await startNodeRed();
  onTestFinished(() => peer.stop());
  console.log(peer.versions);
  return peer;
}

/** Sends readings at a rate whatever the timers do; gives what ends it. */
function feed(source: Source, rate: number): () => void {
  const begin = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const due = ((Date.now() - begin) / 1000) * rate; sent < due; sent += 1)
      source.say(reading(sent / rate));
  }, 5);
  return () => clearInterval(timer);
}

/** Fifty slow waves with some noise, two decimals each, as sensors send them. */
function reading(seconds: number): string {
  const values: Record<string, number> = {};
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const wave = 20 + channel + 10 * Math.sin(seconds / (5 + channel)) + Math.random();
    values[`channel${channel}`] = Math.round(wave * 100) / 100;
  }
  return JSON.stringify(values);
}

interface Sample {
  at: number;
  browser: Cost[];
  /** Processor time of the server, and of the whole machine, in s. */
  server: number;
  machine: number;
  heapMb: number;
  rendererMb: number;
  serverMb: number;
  answered: boolean;
}

const sum = (costs: Cost[]) => costs.reduce((total, { cpu }) => total + cpu, 0);

/** The page's process is the renderer that has worked most: others hold empty tabs. */
function renderer(costs: Cost[]): Cost | undefined {
  return costs.filter(({ kind }) => kind === "renderer").sort((one, other) => other.cpu - one.cpu)[0];
}

async function sample(window: Window, source: Source): Promise<Sample> {
  const browser = family(window.pid);
  const [server, machine, at] = [sum(family(source.pid)), machineBusy(), performance.now()];
  const heap = await orNothing(heapMb(window), 60_000);
  return {
    ...{ at, browser, server, machine },
    heapMb: heap ?? NaN,
    rendererMb: memory(renderer(browser)?.pid ?? 0),
    serverMb: memory(source.pid),
    answered: heap !== undefined,
  };
}

/** What the page's scripts hold, typed arrays included, once all rubbish is gone. */
async function heapMb(window: Window): Promise<number> {
  await window.cdp.send("HeapProfiler.collectGarbage");
  const usage = (await window.cdp.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}

/** How long the page takes to answer a question: what a person feels who clicks. In ms. */
async function answerTime(window: Window): Promise<number> {
  const begin = performance.now();
  await orNothing(window.cdp.send("Runtime.evaluate", { expression: "1" }), 60_000);
  return performance.now() - begin;
}

async function orNothing<T>(asked: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => (timer = setTimeout(() => done(undefined), ms)));
  try {
    return await Promise.race([asked, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Processor time between two samples as a part of the time, of all or of some. */
function cost(
  from: Sample,
  to: Sample,
  of: (sample: Sample) => number = (sample) => sum(sample.browser),
): number {
  return (of(to) - of(from)) / ((to.at - from.at) / 1000);
}

function row(how: Case, minutes: Sample[], answers: number[]): string[] {
  const [first, second, beforeLast, last] = [minutes[0]!, minutes[1]!, minutes.at(-2)!, minutes.at(-1)!];
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
  const megabytes = (one: number, other: number) => `${one.toFixed(1)} → ${other.toFixed(1)}`;
  const page = (sample: Sample) => renderer(sample.browser)?.cpu ?? 0;
  const others = cost(first, last, ({ machine, browser, server }) => machine - sum(browser) - server);
  const sorted = [...answers].sort((one, other) => one - other);
  const died = last.answered ? "" : `; dead after ${minutes.length - 1} min`;
  return [
    how.title + died,
    percent(cost(first, last)),
    percent(cost(first, last, page)),
    `${percent(cost(first, second))} → ${percent(cost(beforeLast, last))}`,
    megabytes(first.heapMb, last.heapMb),
    megabytes(first.rendererMb, last.rendererMb),
    `${(sorted[sorted.length >> 1] ?? NaN).toFixed(0)} / ${(sorted.at(-1) ?? NaN).toFixed(0)}`,
    percent(cost(first, last, ({ server }) => server)),
    last.serverMb.toFixed(0),
    `${percent(others)} (load ${loadavg()[0]?.toFixed(1)})`,
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
