"""`tandem relay`: run the relay server. Prints one line `{"relay": "<url>"}` when it listens; SIGTERM stops it.

Exit codes: 0 stopped, 2 wrong arguments, 5 cannot listen or cannot reach Redis.
"""

import argparse
import asyncio
import signal
import sys

from tandem.hosts.relay_http import RelayHttp, serve
from tandem.relay.limits import Limits


def main(argv: list[str]) -> int:
    """Parse arguments and serve until a signal."""
    usual = Limits()
    parser = argparse.ArgumentParser(prog="tandem relay", description="Relay between the devices of a vault.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=18080, help="0 picks a free one")
    parser.add_argument("--redis", metavar="URL", help="share sessions through Redis instead of keeping them here")
    parser.add_argument("--long-poll", type=float, default=usual.long_poll, help="seconds; 0 switches it off")
    parser.add_argument("--sessions", type=int, default=usual.sessions)
    parser.add_argument(
        "--new-sessions", type=int, default=usual.new_sessions_per_minute, help="per minute and address"
    )
    parser.add_argument(
        "--memory", type=int, default=usual.total_bytes >> 20, metavar="MIB", help="of the memory store"
    )
    parser.add_argument(
        "--keep",
        type=float,
        default=usual.value_seconds / 60,
        metavar="MINUTES",
        help="that setup messages and payloads are kept, 5 to 60; less takes less memory",
    )
    parser.add_argument("--quiet", action="store_true", help="no log on standard error")
    options = parser.parse_args(argv)
    limits = Limits(
        long_poll=min(max(options.long_poll, 0), 60),
        sessions=options.sessions,
        new_sessions_per_minute=options.new_sessions,
        total_bytes=options.memory << 20,
        value_seconds=60 * min(max(options.keep, 5), 60),
    )
    return asyncio.run(_run(options.host, options.port, options.redis, limits, options.quiet))


async def _run(host: str, port: int, redis_url: str | None, limits: Limits, quiet: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    log = None if quiet else sys.stderr
    try:
        if redis_url is None:
            await serve(RelayHttp(limits, log=log), host, port, stop)
        else:
            from tandem.hosts.relay_redis import RedisStore

            async with RedisStore.connect(redis_url, limits) as store:
                await serve(RelayHttp(limits, store.attach, log=log), host, port, stop)
    except OSError as broken:
        print(f"tandem relay: {type(broken).__name__}: {broken.strerror or 'cannot start'}", file=sys.stderr)
        return 5
    return 0
