/** Work that is done in a frame, and not more often than eyes can follow. */
import { oncePerFrame } from "../live/frame.ts";

/** Returns a function that asks for `work`. It is done at the next frame, and at least `everyMs`
 * after it was done before, however often it is asked for; in a hidden tab once that is seen again. */
export function paced(work: () => void, everyMs: number): () => void {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const atFrame = oncePerFrame(() => {
    last = performance.now();
    work();
  });
  return () => {
    if (timer !== undefined) return;
    const rest = last + everyMs - performance.now();
    if (rest <= 0) return atFrame();
    timer = setTimeout(() => {
      timer = undefined;
      atFrame();
    }, rest);
  };
}
