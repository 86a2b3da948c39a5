/** The client's public face. */
export * from "./client.ts";
export type * from "./messages.ts";
