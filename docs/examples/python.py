"""Readings in Python. Comes back after a break and misses nothing.

    pip install websockets
    python3 python.py ws://localhost:8080/ws
"""

import json
import random
import sys
import time
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

address = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8080/ws"
place = {}  # Where we are: the stream's id, and the largest number that we have seen.
wait = 0.25  # seconds until the next attempt


def take(message):
    if message["type"] == "hello":
        place["stream"] = message["stream"]
        # Not resumed: the gateway begins anew, with its newest number, and says how all boards are.
        if not message["resumed"]:
            place["since"] = message["seq"]
        return
    if message["type"] == "gap":
        print("lost", message["missed"], flush=True)
    elif message["type"] == "reading":
        print(message["board"], json.dumps(message["values"]), flush=True)
    place["since"] = max(place["since"], message.get("seq", 0))


while True:
    try:
        # The library pings the gateway, and ends the connection if nobody answers.
        with connect(f"{address}?{urlencode(place)}", open_timeout=10) as gateway:
            for text in gateway:
                take(json.loads(text))
                wait = 0.25
        why = "the gateway has stopped"
    except (OSError, WebSocketException) as error:
        why = error
    except KeyboardInterrupt:
        break
    print(why, file=sys.stderr)
    # At a random time, so that many programs do not come back at once.
    time.sleep(wait * random.uniform(0.5, 1.5))
    wait = min(wait * 2, 5)
