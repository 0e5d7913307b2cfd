import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Traffic received by this process's servers. */
interface Traffic {
  /** Bytes of requests so far, including headers and TLS. */
  received(): number;
  end(): void;
}

/**
 * Node reports every connection accepted by this process's servers, also https; see `net` in its diagnostics
 * channels.
 */
const CHANNEL = "net.server.socket";

/** Counts from now on. */
export function countTraffic(): Traffic {
  const open = new Set<Socket>();
  let closed = 0;
  const count = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closed += socket.bytesRead;
    });
  };
  subscribe(CHANNEL, count);
  return {
    received: () => [...open].reduce((sum, { bytesRead }) => sum + bytesRead, closed),
    end: () => void unsubscribe(CHANNEL, count),
  };
}
