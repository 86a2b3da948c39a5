/**
 * Work that is done once a frame at most, however often it is asked for, and not at all in a
 * hidden tab: a browser gives those no frames until they are seen again.
 */

/** Returns a function that asks for `work`; asked twice before the next frame, it is done once. */
export function oncePerFrame(work: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      work();
    });
  };
}
