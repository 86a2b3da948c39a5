/** The colours and dashes of a plot's lines. Pure. */

/** After Okabe and Ito, told apart by the colour-blind; made darker or lighter until each has 3:1 against
 * the card it is on (WCAG 1.4.11). */
export const LIGHT = ["#0072b2", "#d55e00", "#00845f", "#b0518a", "#9c6b00", "#2b87c4", "#5b5b5b", "#8a3f1d"];
export const DARK = ["#56b4e9", "#ff8a3d", "#2fc79a", "#e79bc8", "#f0c040", "#8aa8ff", "#d0d6d2", "#d98c6a"];

/** In pixels: lines of one colour differ by them. */
const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4], [4, 6], [14, 3, 2, 3], [2, 8]];

/** How a line looks. */
export interface Look {
  color: string;
  /** Empty: drawn through. */
  dash: number[];
}

/** The look of the line at a place; after eight the colours come again with another dash. */
export function lookOf(at: number, isDark: boolean): Look {
  const colors = isDark ? DARK : LIGHT;
  return {
    color: colors[at % colors.length] ?? "gray",
    dash: DASHES[Math.floor(at / colors.length) % DASHES.length] ?? [],
  };
}
