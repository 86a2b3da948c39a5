// ws on Node.js, as its manual broadcasts: to one socket after the other.
const { WebSocketServer, WebSocket } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
const subscribers = new Set();
let seq = 0;

server.on('connection', (socket, request) => {
  socket.on('error', () => {});
  if (request.url === '/sub') {
    subscribers.add(socket);
    socket.on('close', () => subscribers.delete(socket));
    return;
  }
  socket.on('message', (line) => {
    const event = { type: 'reading', board: 'bench', seq: ++seq, time: Date.now(), values: JSON.parse(line) };
    const text = JSON.stringify(event);
    for (const subscriber of subscribers) {
      if (subscriber.readyState === WebSocket.OPEN) subscriber.send(text);
    }
  });
});
server.on('listening', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
