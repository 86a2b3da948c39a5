/** Boards that say exactly what a test wants. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import WebSocket from "ws";
import type { Gateway } from "./gateway.ts";
import { program, start, temporaryFolder, within, type Program } from "./programs.ts";

/** A board on a WebSocket, as a sketch would make one. */
export class WifiBoard {
  #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Connects; the gateway has it online when this returns. */
  static async connect(gateway: Gateway, name: string): Promise<WifiBoard> {
    const socket = new WebSocket(`ws://${gateway.address}/board/${name}`, { perMessageDeflate: false });
    onTestFinished(() => socket.terminate());
    await within<void>(`the connection of ${name}`, (done, fail) => {
      socket.once("open", () => done());
      socket.once("error", fail);
      return () => {};
    });
    // A gateway that is killed by the test breaks the connection: the test knows.
    socket.on("error", () => {});
    return new WifiBoard(socket);
  }

  say(line: string): void {
    this.#socket.send(line);
  }

  /** Waits for the next message to the board. */
  async hears(): Promise<string> {
    return await within("a command to the board", (done) => {
      const take = (data: WebSocket.RawData) => done(String(data));
      this.#socket.once("message", take);
      return () => this.#socket.off("message", take);
    });
  }

  /** Says goodbye, and waits until the gateway has heard it. */
  async close(): Promise<void> {
    await within<void>("the end of the connection", (done) => {
      this.#socket.once("close", () => done());
      this.#socket.close();
      return () => {};
    });
  }
}

/** A board on a serial port, with a plug. */
export class SerialBoard {
  readonly name: string;
  readonly port: string;
  #program: Program;

  private constructor(name: string, port: string, program: Program) {
    this.name = name;
    this.port = port;
    this.#program = program;
  }

  /** Plugs in a board that prints what the test says. */
  static async plugIn(name: string): Promise<SerialBoard> {
    const port = join(temporaryFolder(), `tty-${name}`);
    const board = start(program("FIRMWARE_SIM_BIN"), ["typed", "--port", port], {});
    await board.says("plugged ");
    return new SerialBoard(name, port, board);
  }

  /** Plugs in an emulated Uno that runs a sketch, such as `commands`. It is built first. */
  static async uno(name: string, sketch: string): Promise<SerialBoard> {
    const port = join(temporaryFolder(), `tty-${name}`);
    const board = start(program("FIRMWARE_SIM_BIN"), ["uno", sketch, "--port", port], {});
    await board.says("plugged ");
    return new SerialBoard(name, port, board);
  }

  /** Its table in the configuration, with more keys below the first two. */
  toml(more = ""): string {
    return `[[serial]]\nboard = "${this.name}"\nport = "${this.port}"\n${more}\n`;
  }

  /** Waits until the gateway has opened its port: what it says before that is lost. */
  async isOpened(): Promise<void> {
    await this.#program.says("opened");
  }

  say(line: string): void {
    this.#program.type(line);
  }

  /** Waits for the next line that the gateway sends. */
  async hears(): Promise<string> {
    return await this.#program.says("received: ");
  }

  async unplug(): Promise<void> {
    this.#program.type("unplug");
    await this.#program.says("unplugged");
  }

  async plug(): Promise<void> {
    this.#program.type("plug");
    await this.#program.says("plugged ");
  }
}

/** Says lines at a steady pace, as a sketch with `delay()` does: gaps are told from the pace. */
export async function rhythm(
  board: { say(line: string): void },
  count: number,
  line: (at: number) => string,
  everyMs = 150,
): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    board.say(line(at));
    await new Promise((next) => setTimeout(next, everyMs));
  }
}
