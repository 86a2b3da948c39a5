/** Asks the gateway for the past of small lines that are looked at. */
import { ask, AskError, boardPath } from "./ask.ts";
import { gateway } from "./gateway.svelte.ts";
import { fillTrails, Past, type PastAnswer } from "./past.ts";
import { refreshStatus, status } from "./status.svelte.ts";
import { LENGTH, STEP_MS } from "./trail.ts";

let round = $state(0);

const asking = new Past(async (board, channels) => {
  // Asked without a history, the browser writes an error into its console, a line for each board.
  if (!status.latest) await refreshStatus();
  if (status.latest?.history === null) return false;
  const query = new URLSearchParams({
    from: String(-(LENGTH * STEP_MS) / 1000) + "s",
    every: String(STEP_MS),
    channels: channels.join(","),
  });
  try {
    const answer = await ask<PastAnswer>(`${boardPath(board, "history")}?${query}`);
    const view = gateway.boards.named(board);
    if (view) fillTrails(answer, (channel) => view.trail(channel));
    return true;
  } catch (why) {
    if (why instanceof AskError && why.code === "no_history") return false;
    throw why;
  }
});

gateway.client.on("hello", ({ resumed }) => {
  if (resumed) return;
  asking.again();
  round += 1;
});

/** Wants the past of a board's channels while somebody looks at them: for use in `$effect`, which comes
 * again after a connection that did not resume. Names with a comma cannot be asked for. */
export function wantPast(board: string, channels: readonly string[]): () => void {
  void round;
  return asking.want(
    board,
    channels.filter((channel) => !channel.includes(",")),
  );
}
