/** Makes what cannot be seen visible. Pure. */

/** Longer than a screen is wide by far; drawing a line of 64 KiB takes longer than a frame. */
export const SHOWN_CHARS = 4096;

/**
 * Control characters (C0, DEL, C1), those that turn the direction of writing (they can make a
 * line read as something else), those without a width, and halves of characters.
 */
const UNSEEN =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A line as it is shown: `\x07` for a bell, `\x1b` for escape, tabs as they are. Above `SHOWN_CHARS`
 * it ends with how many characters more there are. (The symbols that Unicode has for them, such as
 * U+241B, are in none of the fonts that a Raspberry Pi comes with.) */
export function visible(text: string): string {
  const rest = text.length - SHOWN_CHARS;
  if (rest > 0) return `${visible(text.slice(0, SHOWN_CHARS))} … (${rest} characters more)`;
  return text.replace(UNSEEN, (char) => code(char.charCodeAt(0)));
}

function code(unit: number): string {
  const digits = unit.toString(16);
  return unit < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}
