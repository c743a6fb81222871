"""How well the client of chat servers keeps a server busy: requests under way on average, against those allowed.

python speed/server_concurrency.py --concurrency 64 --seconds 3

The server is a stand-in on loopback that takes a fixed time for each answer and shares the machine with the client, so
that the figure is a lower bound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time

import numpy as np
from PIL import Image

from dataset.prompting.prompts import Context, Prompt
from dataset.prompting.server import ServerDescriber, ServerOptions

ANSWER = json.dumps({"choices": [{"message": {"content": "a red car"}, "finish_reason": "stop"}]}).encode()
TARGET = 0.8


class StandIn:
    """Answers every request after `seconds`, and adds up how long requests were under way."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.busy = 0.0

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                start = time.perf_counter()
                await asyncio.sleep(self.seconds)
                self.busy += time.perf_counter() - start
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(ANSWER) + ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()


def prompts(count: int) -> list[Prompt]:
    """Prompts with two pictures each, as in the top-down stage."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (64, 56, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((448, 448 + 64), Image.Resampling.BICUBIC))  # compresses as photographs do
    views = [smooth[shift : shift + 448] for shift in range(64)]
    return [
        Prompt("short", f"region {k}", (views[k % 64], views[(k + 7) % 64]), Context("i", f"i/{k}"))
        for k in range(count)
    ]


async def measure(concurrency: int, seconds: float, rounds: int) -> tuple[float, float, float]:
    """(requests under way on average, requests per second, CPU seconds per request)."""
    stand_in = StandIn(seconds)
    server = await asyncio.start_server(stand_in.connection, "127.0.0.1", 0, limit=2**20)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    questions = prompts(concurrency * rounds)
    async with ServerDescriber(ServerOptions(url, "model", concurrency=concurrency)) as describer:
        start, cpu = time.perf_counter(), time.process_time()
        answers = await asyncio.gather(*(describer.answer(prompt) for prompt in questions))
        wall, spent = time.perf_counter() - start, time.process_time() - cpu
    server.close()
    if any(answer.failure for answer in answers):
        raise RuntimeError("the stand-in failed")
    return stand_in.busy / wall, len(questions) / wall, spent / len(questions)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--concurrency", type=int, default=32, help="requests allowed at once (default 32)")
    parser.add_argument("--seconds", type=float, default=2.0, help="time of one answer (default 2)")
    parser.add_argument("--rounds", type=int, default=8, help="requests for each one allowed (default 8)")
    options = parser.parse_args()
    mean, rate, cpu = asyncio.run(measure(options.concurrency, options.seconds, options.rounds))
    share = mean / options.concurrency
    print(
        f"{mean:.1f} of {options.concurrency} requests under way ({share:.2f}), {rate:.1f} requests/s, "
        f"{1000 * cpu:.1f} ms CPU per request"
    )
    print(f"target (>= {TARGET}): {'met' if share >= TARGET else 'NOT met'}")


if __name__ == "__main__":
    main()
