// Socket.IO, as its manual broadcasts. It encodes a packet once for all who get it.
const { createServer } = require('http');
const { Server } = require('socket.io');

const http = createServer();
// The load generator answers no pings.
const io = new Server(http, { transports: ['websocket'], pingInterval: 30 * 60 * 1000 });
let seq = 0;

io.on('connection', (socket) => {
  socket.on('post', (values) => {
    const event = { type: 'reading', board: 'bench', seq: ++seq, time: Date.now(), values };
    socket.broadcast.emit('reading', event);
  });
});
http.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
