# Python's websockets and its broadcast(), which encodes a frame once for all.
import asyncio
import contextlib
import json
import time

from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosed

subscribers = set()
seq = 0


async def connection(socket):
    global seq
    if socket.request.path == "/sub":
        subscribers.add(socket)
        try:
            await socket.wait_closed()
        finally:
            subscribers.discard(socket)
        return
    # The load generator leaves without a goodbye.
    with contextlib.suppress(ConnectionClosed):
        async for line in socket:
            seq += 1
            now = round(time.time() * 1000, 3)
            event = {"type": "reading", "board": "bench", "seq": seq, "time": now, "values": json.loads(line)}
            broadcast(subscribers, json.dumps(event, separators=(",", ":")))


async def main():
    # The load generator answers no pings.
    async with serve(connection, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on http://127.0.0.1:{port}", flush=True)
        await server.serve_forever()


asyncio.run(main())
