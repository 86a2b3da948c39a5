/** The client's public face. */
export { Client, connect } from "./client.ts";
export { CommandError } from "./command.ts";
export type { Connection, Events, Options } from "./events.ts";
export type { LatestBoard } from "./latest.ts";
export type * from "./messages.ts";
