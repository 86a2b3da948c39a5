/** The commands that were sent before, as a shell remembers them. Pure but for the storage it is given. */

/** As many as a person looks through. */
export const MOST = 100;

/** Where commands outlive the page: `localStorage`, or something like it. */
export type Store = Pick<Storage, "getItem" | "setItem">;

/** The commands of one board, and the place where ↑ and ↓ are in them. */
export class Memory {
  #commands: string[];
  /** How many steps back; 0 is what is being written. */
  #back = 0;
  #draft = "";
  readonly #store: Store | undefined;
  readonly #key: string;

  /** Without a store, or where it is forbidden, commands are remembered while the page is open. */
  constructor(board: string, store: Store | undefined) {
    this.#store = store;
    this.#key = `commands of ${board}`;
    this.#commands = this.#load();
  }

  get commands(): readonly string[] {
    return this.#commands;
  }

  /** A command was sent. The same twice in a row is remembered once; empty ones are not. */
  add(command: string): void {
    this.#back = 0;
    if (command === "" || command === this.#commands.at(-1)) return;
    this.#commands = [...this.#commands, command].slice(-MOST);
    this.#save();
  }

  /** One step back from what is `written` now. At the oldest it stays. */
  up(written: string): string {
    if (this.#back === 0) this.#draft = written;
    this.#back = Math.min(this.#back + 1, this.#commands.length);
    return this.#shown();
  }

  /** One step forward; behind the newest is what was written before the first step back. */
  down(written: string): string {
    if (this.#back === 0) return written;
    this.#back -= 1;
    return this.#shown();
  }

  #shown(): string {
    return this.#back === 0 ? this.#draft : (this.#commands.at(-this.#back) ?? this.#draft);
  }

  #load(): string[] {
    try {
      const stored: unknown = JSON.parse(this.#store?.getItem(this.#key) ?? "[]");
      if (!Array.isArray(stored)) return [];
      return stored.filter((command) => typeof command === "string").slice(-MOST);
    } catch {
      return [];
    }
  }

  #save(): void {
    try {
      this.#store?.setItem(this.#key, JSON.stringify(this.#commands));
    } catch {
      // Storage that is full or forbidden: the commands are there as long as the page.
    }
  }
}
