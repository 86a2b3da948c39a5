// Readings in Node with the client, which comes back by itself, and a command.
//
//   npm install ws                                      (Node 22 and later need none)
//   curl -o client.mjs http://localhost:8080/client.js
//   node node-client.mjs http://localhost:8080 greenhouse "LED ON"
import WebSocket from "ws";
import { connect } from "./client.mjs";

const [address = "http://localhost:8080", board, command] = process.argv.slice(2);
const gateway = connect(address, { WebSocket });

gateway.on("reading", ({ board, values }) => console.log(board, JSON.stringify(values)));
gateway.on("gap", ({ missed }) => console.log(`lost ${missed}`));
gateway.on("connection", ({ state, reason = "" }) => console.log(`${state} ${reason}`));

if (command) {
  try {
    const { status, reply = "" } = await gateway.command(board, command);
    console.log(`${status} ${reply}`);
  } catch (error) {
    console.log(`failed: ${error.message}`);
  }
}

process.on("SIGINT", () => gateway.close());
