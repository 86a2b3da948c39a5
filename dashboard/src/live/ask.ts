/** Questions to the gateway over HTTP. Knows nothing of what is asked. */

/** An answer that is an error. */
export class AskError extends Error {
  constructor(
    message: string,
    /** The gateway's word for programs, such as `no_history`; `unreachable` if there was no answer. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** Longer than the gateway takes for the largest answer on a small computer. */
const PATIENCE_MS = 30_000;

/** Asks, and gives what the JSON of the answer says; undefined for 204. Throws `AskError`, with a sentence for people. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(path, { ...init, signal });
    body = answer.status === 204 ? undefined : await answer.json();
  } catch (why) {
    if (init.signal?.aborted) throw why;
    throw new AskError("the gateway does not answer", "unreachable");
  }
  if (answer.ok) return body as T;
  const { error } = body as { error?: { code: string; message: string } };
  throw new AskError(error?.message ?? `the gateway says ${answer.status}`, error?.code ?? "unknown");
}

/** The path of something of a board, such as `history`. */
export function boardPath(board: string, what = ""): string {
  return `/api/boards/${encodeURIComponent(board)}${what && `/${what}`}`;
}
