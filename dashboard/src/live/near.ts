/** Tells what is on the screen or close to it, so that only that is kept up to date. */

const listeners = new WeakMap<Element, (near: boolean) => void>();

// Half a screen ahead: what is scrolled in is right when it is seen.
const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
  },
  { rootMargin: "50% 0px" },
);

/** Calls `tell` whenever the element comes near or goes; for `{@attach whenNear(…)}`. */
export function whenNear(tell: (near: boolean) => void): (element: Element) => () => void {
  return (element) => {
    listeners.set(element, tell);
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      listeners.delete(element);
    };
  };
}
