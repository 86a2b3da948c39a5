// Bun's own WebSocket server and its publish(), which is uWebSockets.
let seq = 0;

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, server) {
    const subscribes = new URL(request.url).pathname === '/sub';
    if (!server.upgrade(request, { data: { subscribes } })) return new Response('no upgrade', { status: 426 });
  },
  websocket: {
    // The load generator answers no pings.
    idleTimeout: 0,
    sendPings: false,
    // Nobody is dropped for being slow, as with the others.
    backpressureLimit: 64 * 1024 * 1024,
    open(socket) {
      if (socket.data.subscribes) socket.subscribe('readings');
    },
    message(_socket, line) {
      const event = { type: 'reading', board: 'bench', seq: ++seq, time: Date.now(), values: JSON.parse(line) };
      server.publish('readings', JSON.stringify(event));
    },
  },
});
console.log(`listening on http://127.0.0.1:${server.port}`);
