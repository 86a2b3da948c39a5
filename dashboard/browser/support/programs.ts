/** The programs under test, and the processes that they become. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** How long anything may take that a test waits for. A busy machine is slow, not wrong. */
export const PATIENCE_MS = 20_000;

/** Finds a program by its environment variable. Throws with the cure if that is not set. */
export function program(variable: "BOARDCAST_BIN" | "FIRMWARE_SIM_BIN"): string {
  const path = process.env[variable];
  if (path) return resolve(path);
  throw new Error(
    `${variable} is not set: run "make test", or "cargo build --workspace" and then ` +
      `${variable}=target/debug/${variable === "BOARDCAST_BIN" ? "boardcast" : "firmware-sim"}`,
  );
}

/** A directory of this test's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "boardcast-browser-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process whose lines a test waits for. Killed at the end of the test. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  #lines: string[] = [];
  #waiting = new Set<() => void>();
  /** Lines up to here were waited for. */
  #seen = 0;

  constructor(
    path: string,
    args: string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; stderr?: number | "inherit" | "ignore" },
  ) {
    this.child = spawn(path, args, {
      cwd: options.cwd,
      env: { BOARDCAST_LOG: "debug", ...process.env, ...options.env },
      stdio: ["pipe", "pipe", options.stderr ?? "inherit"],
    });
    // A pipe to a process that has just ended breaks; its end is told by `ended`.
    this.child.stdin?.on("error", () => {});
    this.ended = new Promise((resolve, reject) => {
      this.child.once("exit", () => resolve());
      this.child.once("error", reject);
    });
    const wake = () => this.#waiting.forEach((look) => look());
    void this.ended.then(wake, wake);
    if (this.child.stdout) {
      createInterface(this.child.stdout).on("line", (line) => {
        this.#lines.push(line);
        wake();
      });
    }
  }

  /** Whether it runs. */
  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  /** Waits for the next line that begins so, and gives what follows. */
  async says(beginning: string): Promise<string> {
    return await within(`"${beginning}…" of ${this.child.spawnfile}`, (done, fail) => {
      const look = () => {
        const at = this.#lines.findIndex((line, at) => at >= this.#seen && line.startsWith(beginning));
        if (at >= 0) {
          this.#seen = at + 1;
          done((this.#lines[at] ?? "").slice(beginning.length));
        } else if (!this.isRunning) fail(new Error(`it ended before it said "${beginning}…"`));
      };
      this.#waiting.add(look);
      look();
      return () => this.#waiting.delete(look);
    });
  }

  /** Types a line. */
  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** Sends a signal and waits for its end. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.isRunning) this.child.kill(signal);
    await this.ended;
  }
}

/** Starts a program that is killed at the end of the test. */
export function start(...how: ConstructorParameters<typeof Program>): Program {
  const program = new Program(...how);
  onTestFinished(() => program.end("SIGKILL"));
  return program;
}

/** Waits for an event, at most `PATIENCE_MS`; `begin` gives what undoes the waiting. */
export async function within<T>(
  what: string,
  begin: (done: (value: T) => void, fail: (why: Error) => void) => () => void,
): Promise<T> {
  let undo = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((done, fail) => {
      timer = setTimeout(() => fail(new Error(`${what} did not come in ${PATIENCE_MS} ms`)), PATIENCE_MS);
      undo = begin(done, fail);
    });
  } finally {
    clearTimeout(timer);
    undo();
  }
}
