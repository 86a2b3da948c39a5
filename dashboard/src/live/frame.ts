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

/** As `oncePerFrame`, and not before `ms` have gone since the last time: for what eyes read as words and
 * numbers, which gains nothing from sixty a second. After a rest the first is done with the next frame. */
export function onceEvery(ms: number, work: () => void): () => void {
  let due = false;
  let last = -Infinity;
  const run = oncePerFrame(() => {
    due = false;
    last = performance.now();
    work();
  });
  return () => {
    if (due) return;
    due = true;
    const rest = ms - (performance.now() - last);
    if (rest <= 0) run();
    else setTimeout(run, rest);
  };
}
