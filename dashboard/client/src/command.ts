/**
 * Commands to boards, by HTTP: only the gateway knows whether `written` is final.
 */
import { httpUrl } from "./address.ts";
import type { Result } from "./messages.ts";

/** How long the gateway takes a command for, in seconds, unless told otherwise. */
const DEFAULT_TTL = 5;

/** Added to what the gateway may take, for the network. */
const SLACK_S = 10;

/** A command that did not do what it should. `message` is for people, `code` for programs. */
export class CommandError extends Error {
  override name = "CommandError";

  constructor(
    message: string,
    /** A code of the gateway, `nacked`, `timeout`, or `unreachable` if there was no answer. */
    readonly code: string,
    /** What the gateway said, if it was a result. */
    readonly result?: Result,
  ) {
    super(message);
  }
}

/**
 * Sends a command and waits for its final result, at most twice `ttl` (in s) and some seconds for the
 * network. Throws a `CommandError` unless the board got it, or said yes.
 */
export async function sendCommand(
  socket: URL,
  board: string,
  data: unknown,
  ttl = DEFAULT_TTL,
): Promise<Result> {
  let said: Partial<Result>;
  try {
    const answer = await fetch(httpUrl(socket, `api/boards/${encodeURIComponent(board)}/command`), {
      method: "POST",
      body: JSON.stringify({ data, ttl }),
      signal: AbortSignal.timeout((2 * ttl + SLACK_S) * 1000),
    });
    said = ((await answer.json()) ?? {}) as Partial<Result>;
  } catch {
    throw new CommandError(`The gateway at ${socket.host} did not answer.`, "unreachable");
  }
  const { status, reply, error } = said;
  if (status === "written" || status === "acked") return said as Result;
  const result = status && (said as Result);
  if (error) throw new CommandError(error.message, error.code, result);
  if (status === "nacked") throw new CommandError(`${board} said no: ${reply ?? ""}`, status, result);
  throw new CommandError(`${board} did not answer in ${ttl} s`, status ?? "unreachable", result);
}
