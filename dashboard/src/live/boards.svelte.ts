/** Every board as the pages show it: the client's latest, taken over four times a second at most. */
import type { Channel, Client, LatestBoard, Link, State, Text, Values } from "boardcast-client";
import { copyChannels, sameChannels } from "./channels.ts";
import { onceEvery } from "./frame.ts";
import { Trail } from "./trail.ts";

/** Readings come at 4 Hz from each board, at times of their own: every frame had a few cards to paint. Taken
 * together, two hundred boards cost a third of that, and a change of state is still seen at once. */
const TOGETHER_MS = 250;

/** One board, reactive. */
export class BoardView {
  readonly name: string;
  state: State = $state("connecting");
  reason = $state("");
  detail = $state("");
  link: Link = $state("serial");
  channels: Record<string, Channel> = $state.raw({});
  values: Values = $state.raw({});
  /** When its newest reading was, by the gateway's clock; undefined before the first. */
  heard: number | undefined = $state();
  /** What it last said that is no reading. */
  text = $state("");
  /** When it said that, by the gateway's clock. */
  textAt: number | undefined = $state();
  /** The last minutes by channel. Bounded by the channels that the gateway remembers (1024). */
  readonly trails = new Map<string, Trail>();

  constructor(name: string) {
    this.name = name;
  }

  /** Takes over what is newest. */
  show(latest: LatestBoard): void {
    this.state = latest.state;
    this.reason = latest.reason ?? "";
    this.detail = latest.detail ?? "";
    this.link = latest.link;
    // The client changes its objects in place. Most readings change no channel, and pages that list them need
    // not be drawn anew.
    if (!sameChannels(this.channels, latest.channels)) this.channels = copyChannels(latest.channels);
    this.values = { ...latest.values };
    this.heard = latest.time;
  }

  /** The trail of a channel, made at its first number. */
  trail(channel: string): Trail {
    let trail = this.trails.get(channel);
    if (!trail) this.trails.set(channel, (trail = new Trail()));
    return trail;
  }
}

/** All boards of a client, by name in an order that never changes by itself. */
export class Boards {
  #views = new Map<string, BoardView>();
  #dirty = new Set<string>();
  /** The newest text of each board that was not shown yet. */
  #texts = new Map<string, Text>();
  #client: Client;
  #sorted: BoardView[] = $state.raw([]);
  #ask = onceEvery(TOGETHER_MS, () => this.#show());

  constructor(client: Client) {
    this.#client = client;
    client.on("message", (message) => {
      if ("board" in message) this.#touch(message.board);
      else if (message.type === "hello") for (const name of this.#views.keys()) this.#touch(name);
    });
    client.on("reading", ({ board, time, values }) => {
      const view = this.#view(board);
      for (const [channel, value] of Object.entries(values)) {
        if (typeof value !== "string" && value !== null) view.trail(channel).add(time, Number(value));
      }
    });
    client.on("text", (text) => this.#texts.set(text.board, text));
  }

  /** Sorted as people sort: `lab-2` before `lab-10`. */
  get sorted(): BoardView[] {
    return this.#sorted;
  }

  /** A board by name, once it was heard of. Reactive. */
  named(name: string): BoardView | undefined {
    return this.#sorted.find((view) => view.name === name);
  }

  #touch(name: string): void {
    this.#dirty.add(name);
    this.#ask();
  }

  #view(name: string): BoardView {
    let view = this.#views.get(name);
    if (!view) this.#views.set(name, (view = new BoardView(name)));
    return view;
  }

  #show(): void {
    for (const name of this.#dirty) {
      const latest = this.#client.boards.get(name);
      if (latest) this.#view(name).show(latest);
    }
    this.#dirty.clear();
    for (const { board, text, time } of this.#texts.values()) {
      const view = this.#views.get(board);
      if (view) [view.text, view.textAt] = [text, time];
    }
    this.#texts.clear();
    // Whom the client has forgotten was removed, or is not in a new snapshot.
    for (const name of this.#views.keys()) if (!this.#client.boards.has(name)) this.#views.delete(name);
    const same = this.#sorted.every((view) => this.#views.get(view.name) === view);
    if (same && this.#sorted.length === this.#views.size) return;
    this.#sorted = [...this.#views.values()].sort((one, other) => compare(one.name, other.name));
  }
}

const { compare } = new Intl.Collator("en", { numeric: true });
