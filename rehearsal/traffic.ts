import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** What came in over the connections of this process's servers. */
export interface Traffic {
  /** Bytes of requests so far, headers and encryption too. */
  received(): number;
  end(): void;
}

/** Node tells of every connection that a server of this process takes, https as well; see `net` in its diagnostics channels. */
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
