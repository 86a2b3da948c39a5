/** Where the reader is, kept in step with the address bar. */
import { parsePlace, type Place } from "./address.ts";

let now = $state.raw(parsePlace(location.hash));

addEventListener("hashchange", () => (now = parsePlace(location.hash)));

/** The place that the address bar shows. */
export const here = {
  get place(): Place {
    return now;
  },
};

/** Changes what is chosen on the present page; an empty value takes the choice away. Leaves no
 * step in the browser's history: "back" leads to the page before. */
export function choose(changes: Record<string, string>): void {
  const choices = new URLSearchParams(now.choices);
  for (const [name, value] of Object.entries(changes)) {
    if (value) choices.set(name, value);
    else choices.delete(name);
  }
  const query = choices.toString().replaceAll("%2C", ",");
  const path = location.hash.replace(/^#/, "").split("?")[0] || "/";
  history.replaceState(null, "", `#${path}${query && `?${query}`}`);
  now = parsePlace(location.hash);
}
