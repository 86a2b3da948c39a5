// Readings in Node, by the protocol itself: shows what it takes to come back after a break and miss nothing.
//
//   npm install ws
//   node node.mjs ws://localhost:8080/ws
import WebSocket from "ws";

const address = process.argv[2] ?? "ws://localhost:8080/ws";
let place; // Where we are: the stream's id, and the largest number that we have seen.
let wait = 250; // ms until the next attempt

function take(message) {
  if (message.type === "hello") {
    wait = 250;
    // Not resumed: the gateway begins anew, with its newest number, and says how all boards are.
    // Resumed: it goes on behind our place, maybe under another id.
    place = { stream: message.stream, since: message.resumed ? place.since : message.seq };
    return;
  }
  if (message.type === "gap") console.log(`lost ${message.missed}`);
  if (message.type === "reading") console.log(message.board, JSON.stringify(message.values));
  if (message.seq > place.since) place.since = message.seq;
}

function connect() {
  const query = place ? `?${new URLSearchParams(place)}` : "";
  const socket = new WebSocket(`${address}${query}`);
  // The gateway pings every 20 s. If it stops doing that, it or the network is gone.
  let silence;
  const sign = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket.terminate(), 60_000);
  };
  socket.on("open", sign);
  socket.on("ping", sign);
  socket.on("message", (text) => {
    sign();
    take(JSON.parse(text));
  });
  socket.on("error", (error) => console.error(error.message));
  socket.on("close", () => {
    clearTimeout(silence);
    // At a random time, so that many programs do not come back at once.
    setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, 5000);
  });
}

connect();
