/** The colours of the page's style sheet, for canvases, which cannot ask for them. */

/** Read from the style sheet; made anew when the reader's device turns dark or light. */
export interface Theme {
  isDark: boolean;
  words: string;
  quiet: string;
  line: string;
  card: string;
  away: string;
  mark: string;
}

/** As they are now. */
export function readTheme(): Theme {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  // A variable is given back as it was written; only a property that uses it is worked out.
  const probe = document.createElement("span");
  document.body.append(probe);
  const color = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    isDark,
    words: color("words"),
    quiet: color("quiet"),
    line: color("line"),
    card: color("card"),
    away: color("offline-back"),
    mark: color("offline"),
  };
  probe.remove();
  return theme;
}

/** Calls when the device turns dark or light, until the function that it gives is called. */
export function onTheme(listener: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
