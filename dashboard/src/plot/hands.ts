/** Wheel, fingers and keys on a plot. Dragging a box is uPlot's. */
import type { Figure } from "./figure.ts";
import type { View } from "./view.svelte.ts";

/** A step of a key or a button. */
export const STEP = 0.25;

/** The view becomes so many times as wide or narrow with one step. */
export const ZOOM = 2;

/** How much a turn of the wheel zooms: one notch, some 100 px, is a factor of 1.3. */
const WHEEL = 0.0026;

/** What a key does with the view; false if nothing. */
export function onKey(view: View, key: string): boolean {
  if (key === "ArrowLeft") view.pan(-STEP);
  else if (key === "ArrowRight") view.pan(STEP);
  else if (key === "+" || key === "=") view.zoom(1 / ZOOM);
  else if (key === "-" || key === "−") view.zoom(ZOOM);
  else if (key === "0" || key === "Home") view.follow();
  else return false;
  return true;
}

/** Listens to the wheel and to pointers over a plot, until the function that it gives is called. */
export function listen(figure: Figure, view: View): () => void {
  const { over } = figure;
  const fingers = new Map<number, number>();
  const ends = new AbortController();
  const { signal } = ends;
  over.addEventListener("wheel", (event) => onWheel(event, figure, view), { passive: false, signal });
  over.addEventListener("pointerdown", (event) => down(event, over, fingers), { signal });
  over.addEventListener("pointermove", (event) => move(event, figure, view, fingers), { signal });
  for (const end of ["pointerup", "pointercancel"] as const) {
    over.addEventListener(end, (event) => fingers.delete(event.pointerId), { signal });
  }
  return () => ends.abort();
}

/** Without Ctrl the wheel scrolls the page, unless the plot was clicked or tabbed to; a pinch on a
 * touchpad comes as a wheel with Ctrl. Sidewise it moves the view. */
function onWheel(event: WheelEvent, figure: Figure, view: View): void {
  const isWanted = event.ctrlKey || event.metaKey || figure.hasFocus;
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY))
    view.pan(event.deltaX / Math.max(figure.over.clientWidth, 1));
  else if (isWanted) view.zoom(Math.exp(pixels(event) * WHEEL), figure.timeAt(event.clientX));
  else return;
  event.preventDefault();
}

/** Firefox counts lines. */
function pixels({ deltaY, deltaMode }: WheelEvent): number {
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * 33 : deltaY;
}

/** A mouse moves the view with Shift; fingers when there are two. */
function down(event: PointerEvent, over: HTMLElement, fingers: Map<number, number>): void {
  if (event.pointerType === "mouse" && !event.shiftKey) return;
  if (fingers.size === 2) return;
  fingers.set(event.pointerId, event.clientX);
  if (event.pointerType === "mouse") over.setPointerCapture(event.pointerId);
}

function move(event: PointerEvent, figure: Figure, view: View, fingers: Map<number, number>): void {
  const before = fingers.get(event.pointerId);
  if (before === undefined) return;
  const isMouse = event.pointerType === "mouse";
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  fingers.set(event.pointerId, event.clientX);
  const moved = event.clientX - before;
  if (moved === 0 || (!isMouse && other === undefined)) return;
  if (other === undefined) {
    view.pan(-moved / Math.max(figure.over.clientWidth, 1));
    return;
  }
  // The time beneath each finger stays beneath it: the one that rests holds the picture.
  const [wide, now] = [Math.abs(before - other), Math.abs(event.clientX - other)];
  const isPinch = wide > 10 && now > 10;
  if (isPinch) view.zoom(wide / now, figure.timeAt(other));
}
