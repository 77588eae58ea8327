"""Servers of tests that are told by lines on standard input: stop, start, freeze, thaw; each is answered with ok."""
import signal
import sys


def obey(make):
    """Prints the folder of the server that `make` starts and does what standard input says, until that ends. Then the
    server and its folder go."""
    for unwanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(unwanted, signal.SIG_IGN)  # the end of standard input is what counts
    server = make()
    try:
        print(server.folder, flush=True)
        for line in sys.stdin:
            {"stop": server.stop, "start": server.start, "freeze": server.freeze, "thaw": server.thaw}[line.strip()]()
            print("ok", flush=True)
    finally:
        server.remove()
