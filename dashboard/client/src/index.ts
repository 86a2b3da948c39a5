/** The client's public face. */
export type * from "./messages.ts";
