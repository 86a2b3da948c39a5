/** Stands between browser and gateway as a network does, and fails as networks do. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Passes connections on, until the test wants otherwise. Gone with the test. */
export class Relay {
  #server: Server;
  #sockets = new Set<Socket>();
  /** Those of them that come from the browser. */
  #clients = new Set<Socket>();
  #isSilent = false;
  #refuses = false;

  private constructor(gateway: { port: number }) {
    this.#server = createServer((client) => this.#take(client, gateway.port));
  }

  static async to(gateway: { port: number }): Promise<Relay> {
    const relay = new Relay(gateway);
    await new Promise<void>((done) => relay.#server.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      relay.breakAll();
      relay.#server.close();
    });
    return relay;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing passes, and nobody is told: as when a router loses power. */
  silence(): void {
    this.#isSilent = true;
    // Unpiped as well: a pipe goes on reading by itself once its other end has room again.
    this.#sockets.forEach((socket) => socket.unpipe().pause());
  }

  /**
   * New connections pass again. Those from before are dead: "silent" for ever, as where a router has
   * forgotten them, or "reset" as soon as the browser says something, as a gateway does that has.
   */
  speak(dead: "silent" | "reset" = "silent"): void {
    this.#isSilent = false;
    if (dead === "silent") return;
    for (const socket of this.#clients) socket.on("data", () => socket.resetAndDestroy()).resume();
  }

  /** Breaks every connection that is open; others may follow. */
  breakAll(): void {
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
  }

  /** Breaks what is open, and whatever comes. */
  refuse(): void {
    this.#refuses = true;
    this.breakAll();
  }

  accept(): void {
    this.#refuses = false;
  }

  #take(client: Socket, port: number): void {
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(port, "127.0.0.1");
    this.#clients.add(client);
    client.on("close", () => this.#clients.delete(client));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      if (!this.#isSilent) from.pipe(to);
      // Half of a pair that fails takes the other half along.
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        if (!this.#isSilent) to.destroy();
      });
    }
  }
}
