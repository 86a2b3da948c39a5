/** A gateway that runs for one test, in a directory of its own. */
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { program, start, temporaryFolder, type Program } from "./programs.ts";

/** A running gateway; killed at the end of the test. What it said is printed if the test fails. */
export class Gateway {
  readonly folder: string;
  #config: string;
  #port = 0;
  #program: Program | undefined;

  private constructor(folder: string, config: string) {
    this.folder = folder;
    this.#config = config;
  }

  /**
   * Starts a gateway and waits until it listens. `config` is the TOML file; a loopback address with
   * a free port, and no discovery of the machine's own boards, are added.
   */
  static async start(config = ""): Promise<Gateway> {
    const gateway = new Gateway(temporaryFolder(), config);
    onTestFinished(({ task }) => {
      if (task.result?.state === "fail") console.error(gateway.said());
    });
    await gateway.begin();
    return gateway;
  }

  /** `127.0.0.1:PORT` */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#program?.child.pid ?? 0;
  }

  /** Starts it again after `stop` or `kill`, where it was, with another configuration if one is given. */
  async begin(config = this.#config): Promise<void> {
    this.#config = config;
    writeFileSync(join(this.folder, "config.toml"), completed(config, this.#port));
    const said = openSync(join(this.folder, "stderr"), "a");
    this.#program = start(program("BOARDCAST_BIN"), ["--config", "config.toml"], {
      cwd: this.folder,
      stderr: said,
    });
    const address = await this.#program.says("listening on http://");
    this.#port = Number(address.split(":").at(-1));
  }

  /** Ends it as systemd does. */
  async stop(): Promise<void> {
    await this.#program?.end("SIGTERM");
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    await this.#program?.end("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.begin();
  }

  /** What it has written to standard error. */
  said(): string {
    return readFileSync(join(this.folder, "stderr"), "utf8");
  }

  /** Asks its API; throws what it answers unless that is a success. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    const answer = await fetch(`http://${this.address}${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Posts what a board says that wakes only for it; gives the number of the last event. */
  async post(board: string, body: string): Promise<number> {
    const answer = await this.ask(`/board/${board}`, { method: "POST", body });
    return ((await answer.json()) as { seq: number }).seq;
  }
}

/** A gateway that comes back has to come back to where it was: the first start picks the port. */
function completed(config: string, port: number): string {
  const listen = `listen = "127.0.0.1:${port}"\n`;
  const server = config.includes("[server]\n")
    ? config.replace("[server]\n", `[server]\n${listen}`)
    : `[server]\n${listen}${config}`;
  return `${server}\n[discovery]\nserial = false\n`;
}

/** Keeps everything on disk, at once. */
export const HISTORY = '[history]\ncommit_every = "20ms"\n';
