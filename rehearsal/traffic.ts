import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Traffic received by this process's servers. */
interface Traffic {
  /** Bytes of requests to a port so far, including headers and TLS. */
  received(port: number): number;
  end(): void;
}

/**
 * Node reports every connection accepted by this process's servers, also https; see `net` in its diagnostics
 * channels.
 */
const CHANNEL = "net.server.socket";

/** Counts from now on. */
export function countTraffic(): Traffic {
  const open = new Map<Socket, number>();
  const closed = new Map<number, number>();
  const count = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // A socket that is closed knows its port no more.
    const port = socket.localPort ?? 0;
    open.set(socket, port);
    socket.once("close", () => {
      open.delete(socket);
      closed.set(port, (closed.get(port) ?? 0) + socket.bytesRead);
    });
  };
  subscribe(CHANNEL, count);
  return {
    received: (port) =>
      [...open].reduce(
        (sum, [{ bytesRead }, at]) => (at === port ? sum + bytesRead : sum),
        closed.get(port) ?? 0,
      ),
    end: () => void unsubscribe(CHANNEL, count),
  };
}
