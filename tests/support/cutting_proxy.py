"""A TCP proxy for tests that breaks connections off."""
import socket
import threading


class CuttingProxy:
    """Passes bytes on to a port of this machine. While `cut_after` is a number, each connection ends once so many bytes
    have come from there; `cuts` counts those."""

    def __init__(self, port):
        self.to = port
        self.cut_after = None
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source, target, counted):
        passed = 0
        try:
            while piece := source.recv(16384):
                passed += len(piece)
                if counted and self.cut_after is not None and passed > self.cut_after:
                    self.cuts += 1
                    break
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
