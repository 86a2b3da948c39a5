/**
 * Notices that a page or a program may have slept: a phone in a pocket, a closed lid, a frozen tab.
 * Knows nothing of connections.
 */

const TICK_MS = 5_000;

/** Later than this, a tick was not only kept waiting by something busy. */
const LATE_MS = 10_000;

/**
 * Calls `woken` when the page is shown again, comes back from the browser's cache or the network comes
 * back (`online`), and `tick` every 5 s. Gives the undo.
 */
export function watchSleep(woken: (why?: "online") => void, tick: () => void): () => void {
  const page = globalThis.document as Document | undefined;
  const isHidden = () => page?.visibilityState === "hidden";
  let last = Date.now();
  // Hidden pages get their timers once a minute: late, but nobody looks.
  const timer = setInterval(() => {
    const late = Date.now() - last - TICK_MS;
    last = Date.now();
    if (late > LATE_MS && !isHidden()) woken();
    tick();
  }, TICK_MS);
  const undo = new AbortController();
  const listen = (target: EventTarget | undefined, type: string, then: (event: Event) => void) =>
    target?.addEventListener?.(type, then, { signal: undo.signal });
  const shown = () => {
    if (isHidden()) return;
    last = Date.now();
    woken();
  };
  listen(page, "visibilitychange", shown);
  listen(page, "resume", shown);
  listen(globalThis, "pageshow", (event) => (event as PageTransitionEvent).persisted && shown());
  listen(globalThis, "online", () => woken("online"));
  return () => {
    clearInterval(timer);
    undo.abort();
  };
}
