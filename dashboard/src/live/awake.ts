/** Keeps the screen on while a page is shown that is made for looking at. */

/** Asks the browser to keep the screen on, again each time that the page is seen. Returns what lets go. Where
 * browsers do not know how, or do not want to (a battery is low, a page without TLS), nothing happens. */
export function stayAwake(): () => void {
  if (!("wakeLock" in navigator)) return () => undefined;
  let over = false;
  let lock: WakeLockSentinel | undefined;
  const release = () => void lock?.release().catch(() => undefined);
  const hold = async () => {
    if (over || document.hidden || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (over) release();
    } catch {
      lock = undefined;
    }
  };
  const onSeen = () => void hold();
  document.addEventListener("visibilitychange", onSeen);
  onSeen();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", onSeen);
    release();
  };
}
