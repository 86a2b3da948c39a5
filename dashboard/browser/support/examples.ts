/** The examples of the documentation, as somebody would have them who follows their README. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished } from "vitest";
import { Gateway, HISTORY } from "./gateway.ts";
import { PATIENCE_MS, start } from "./programs.ts";

const EXAMPLES = new URL("../../../docs/examples", import.meta.url).pathname;
const MODULES = new URL("../../node_modules", import.meta.url).pathname;
const CACHE = join(MODULES, ".cache");

/** The address in the examples, which people replace by that of their gateway. */
const THEIRS = "http://localhost:8080";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

/** A folder with the examples in it, a gateway that they are meant for, and a web server for the pages. */
export class Examples {
  readonly gateway: Gateway;
  readonly origin: string;
  readonly #folder: string;

  private constructor(gateway: Gateway, origin: string, folder: string) {
    this.gateway = gateway;
    this.origin = origin;
    this.#folder = folder;
  }

  static async prepare(): Promise<Examples> {
    // Below node_modules, so that Node finds `ws` as if it had been installed in the folder.
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, "examples-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const origin = await serve(folder);
    const gateway = await Gateway.start(`${HISTORY}[server]\nallowed_origins = ["${origin}"]\n`);
    for (const name of readdirSync(EXAMPLES)) {
      const text = readFileSync(join(EXAMPLES, name), "utf8");
      writeFileSync(join(folder, name), text.replaceAll(THEIRS, `http://${gateway.address}`));
    }
    copyFileSync(join(MODULES, "p5/lib/p5.min.js"), join(folder, "p5.min.js"));
    writeFileSync(join(folder, "client.mjs"), await (await gateway.ask("/client.js")).text());
    return new Examples(gateway, origin, folder);
  }

  /** Runs one of the programs; gives the lines that it prints, as they come. */
  run(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Lines {
    return new Lines(start(program, args, { cwd: this.#folder, env }).child.stdout!);
  }
}

/** What a program has printed so far. */
export class Lines {
  readonly all: string[] = [];

  constructor(from: NodeJS.ReadableStream) {
    createInterface(from).on("line", (line) => this.all.push(line));
  }

  /** Those with this in them. */
  with(part: string): string[] {
    return this.all.filter((line) => line.includes(part));
  }

  /** Waits until these lines, and no others of their kind, have come. */
  async become(part: string, expected: string[]): Promise<void> {
    await expect.poll(() => this.with(part), { timeout: PATIENCE_MS }).toEqual(expected);
  }
}

/** Where Python finds `websockets`, for PYTHONPATH. It is fetched once. Throws with the cure. */
export function websockets(): string {
  const folder = join(CACHE, "python");
  if (!existsSync(join(folder, "websockets"))) {
    const pip = ["-m", "pip", "install", "--quiet", "--target", folder, "websockets"];
    try {
      execFileSync("python3", pip, { stdio: ["ignore", "ignore", "pipe"], timeout: 120_000 });
    } catch (why) {
      throw new Error("no websockets for Python (sudo apt-get install python3-pip)", { cause: why });
    }
  }
  return folder;
}

/** A web server for the files of a folder, as `python3 -m http.server` is one; gives its origin. */
async function serve(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "", "http://x").pathname.slice(1);
    if (!readdirSync(folder).includes(name)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "text/plain" });
    return response.end(readFileSync(join(folder, name)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
