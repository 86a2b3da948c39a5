/**
 * What the address bar says: the page and its whole view, so that any view can be bookmarked
 * and shared. Knows nothing of what pages show.
 */

/** A page, and what is chosen in it. */
export interface Place {
  page: "overview" | "board" | "terminal" | "status" | "wall" | "nowhere";
  /** The board of the pages `board` and `terminal`; empty on others. */
  board: string;
  /** What is chosen, by name: `span=1h`, `q=green`. */
  choices: URLSearchParams;
}

/** Reads the part behind `#`, such as `#/board/greenhouse?span=1h`. What is no place is `nowhere`. */
export function parsePlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const choices = new URLSearchParams(query);
  const parts = path.split("/").filter(Boolean).map(decode);
  const [first, board = "", last] = parts;
  const at = (page: Place["page"], board = ""): Place => ({ page, board, choices });
  if (parts.length === 0) return at("overview");
  if (first === "board" && parts.length === 2) return at("board", board);
  if (first === "board" && parts.length === 3 && last === "terminal") return at("terminal", board);
  if (parts.length === 1 && (first === "status" || first === "wall")) return at(first);
  return at("nowhere");
}

/** The address of a place, with `#`. */
export function toHash(page: Place["page"], board = "", choices?: URLSearchParams): string {
  const paths = {
    overview: "/",
    nowhere: "/",
    board: `/board/${encodeURIComponent(board)}`,
    terminal: `/board/${encodeURIComponent(board)}/terminal`,
    status: "/status",
    wall: "/wall",
  };
  const query = choices?.toString() ?? "";
  return `#${paths[page]}${query && `?${query}`}`;
}

/** A list in one choice: `boards=a,b`. Nothing chosen is an empty list. */
export function listOf(choices: URLSearchParams, name: string): string[] {
  return (choices.get(name) ?? "").split(",").filter(Boolean);
}

/** A hand-written address may hold a lone `%`. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
