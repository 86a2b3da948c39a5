/**
 * Node-RED with FlowFuse's dashboard 2, set up as kindly as its documents say: a reading is one
 * message, all its channels one chart of the last five minutes, without dots.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

/** A Node-RED that runs, with one chart. */
export interface NodeRed {
  /** The page with the chart. */
  url: string;
  pid: number;
  versions: string;
  /** Whether it has not ended by itself. */
  isRunning(): boolean;
  say(line: string): void;
  stop(): Promise<void>;
}

const FLOW = new URL("node-red.flow.json", import.meta.url).pathname;
const PACKAGES = ["node-red", "@flowfuse/node-red-dashboard"];

/** It needs half a minute on a small computer. */
const START_MS = 120_000;

/** Installs it into a directory of its own (or takes that in `$NODE_RED_DIR`, installed once), starts
 * it and connects the board's socket. */
export async function startNodeRed(): Promise<NodeRed> {
  const packages = process.env["NODE_RED_DIR"] ?? mkdtempSync(join(tmpdir(), "node-red-"));
  install(packages);
  const folder = mkdtempSync(join(tmpdir(), "node-red-flow-"));
  const port = await freePort();
  writeFileSync(
    join(folder, "settings.js"),
    `module.exports = ${JSON.stringify({
      uiPort: port,
      uiHost: "127.0.0.1",
      flowFile: "flows.json",
      nodesDir: join(packages, "node_modules/@flowfuse"),
      disableEditor: true,
      telemetry: { enabled: false },
      logging: { console: { level: "warn", metrics: false, audit: false } },
    })}`,
  );
  // Without this Node-RED does not look for nodes in the packages beside it.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "flow", private: true }));
  copyFileSync(FLOW, join(folder, "flows.json"));
  const child = spawn(
    process.execPath,
    [
      join(packages, "node_modules/node-red/red.js"),
      "--userDir",
      folder,
      "--settings",
      join(folder, "settings.js"),
    ],
    { cwd: folder, stdio: ["ignore", "inherit", "inherit"] },
  );
  const socket = await feed(`ws://127.0.0.1:${port}/feed`, child);
  return {
    url: `http://127.0.0.1:${port}/dashboard/bench`,
    pid: child.pid ?? 0,
    versions: PACKAGES.map((name) => `${name} ${version(packages, name)}`).join(", "),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    say: (line) => socket.send(line),
    stop: async () => {
      socket.terminate();
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
      if (!process.env["NODE_RED_DIR"]) rmSync(packages, { recursive: true, force: true });
    },
  };
}

function install(packages: string): void {
  if (existsSync(join(packages, "node_modules/node-red"))) return;
  writeFileSync(join(packages, "package.json"), '{"private":true}');
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...quiet, ...PACKAGES], { cwd: packages, stdio: "inherit" });
}

function version(packages: string, name: string): string {
  const file = join(packages, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Node-RED takes a port number only. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Connects as soon as the flow listens. */
async function feed(url: string, child: ChildProcess): Promise<WebSocket> {
  const late = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with ${child.exitCode}`);
    if (Date.now() > late) throw new Error(`Node-RED did not listen at ${url}`);
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const opened = await new Promise<boolean>((done) => {
      socket.once("open", () => done(true));
      socket.on("error", () => done(false));
    });
    if (opened) return socket;
    await new Promise((again) => setTimeout(again, 250));
  }
}

/** It is asked to end, and killed if it is too busy to hear that. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(timer);
}
