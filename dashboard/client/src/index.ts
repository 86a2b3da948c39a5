/** The client's public face. */
export { Client, connect, type Connection, type Events, type Options } from "./client.ts";
export { CommandError } from "./command.ts";
export type { LatestBoard } from "./latest.ts";
export type * from "./messages.ts";
