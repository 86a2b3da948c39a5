import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { CommandError, sendCommand } from "./command.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A gateway that answers this to every command, or nothing; gives what it was asked. */
async function gateway(status: number, answer?: unknown): Promise<[URL, string[]]> {
  const asked: string[] = [];
  const taken = createServer((request, response) => {
    request.on("data", (body) => asked.push(`${request.method} ${request.url} ${body}`));
    request.on("end", () => {
      if (answer === undefined) request.socket.destroy();
      else response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  });
  server = taken;
  await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
  return [new URL(`ws://127.0.0.1:${(taken.address() as AddressInfo).port}/ws`), asked];
}

test.each(["written", "acked"])("%s resolves", async (status) => {
  const said = { id: null, board: "a", status, reply: "ok" };
  const [url, asked] = await gateway(200, said);
  expect(await sendCommand(url, "a", { led: 1 }, 2)).toEqual(said);
  expect(asked).toEqual(['POST /api/boards/a/command {"data":{"led":1},"ttl":2}']);
});

const offline = { code: "board_offline", message: "board a is offline" };

test.each<[number, unknown, string, string]>([
  [200, { board: "a", status: "nacked", reply: "ERR 3" }, "nacked", "a said no: ERR 3"],
  [504, { board: "a", status: "timeout" }, "timeout", "a did not answer in 5 s"],
  [
    504,
    { board: "a", status: "expired", error: { code: "expired", message: "too late" } },
    "expired",
    "too late",
  ],
  [409, { board: "a", status: "failed", error: offline }, "board_offline", "board a is offline"],
  [403, { error: { code: "forbidden", message: "not you" } }, "forbidden", "not you"],
  [502, "<html>", "unreachable", "did not answer"],
  [200, undefined, "unreachable", "did not answer"],
  [200, null, "unreachable", "did not answer"],
])("%i %j is the error %s", async (status, answer, code, message) => {
  const [url] = await gateway(status, answer);
  const error = await sendCommand(url, "a", "x").catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  const isResult = typeof answer === "object" && answer !== null && "status" in answer;
  expect((error as CommandError).result).toEqual(isResult ? answer : undefined);
});

test("a name cannot lead elsewhere", async () => {
  const [url, asked] = await gateway(200, { status: "written" });
  await sendCommand(url, "a/../../x?y", "z");
  expect(asked[0]).toContain("POST /api/boards/a%2F..%2F..%2Fx%3Fy/command ");
});
