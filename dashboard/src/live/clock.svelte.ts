/** The time, counted once a second for everything that says how long ago something was. */

let browser = $state(Date.now());
let ahead = $state(0);

// Once a second is what people can read; a hidden tab is not called at all, or rarely.
setInterval(() => {
  if (!document.hidden) browser = Date.now();
}, 1000);
document.addEventListener("visibilitychange", () => (browser = Date.now()));

/** The gateway's clock, in which all events have their times. */
export const clock = {
  /** Milliseconds since 1970, as of the last full second. Reactive. */
  get now(): number {
    return browser - ahead;
  },
  /** Now, to the millisecond. Not reactive. */
  exact(): number {
    return Date.now() - ahead;
  },
  /** The gateway says that it is `time` now. The clock of a tablet on the wall may be minutes off. */
  set(time: number): void {
    ahead = Date.now() - time;
  },
};
