import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** First byte of a TLS connection: the record type "handshake". */
const TLS_HANDSHAKE = 0x16;

/**
 * Milliseconds for which an idle connection stays open, as on the other stand-ins. Node's five seconds end one that a busy client is
 * about to use again, which its request then fails of ("socket hang up").
 */
const KEEP_ALIVE = 120_000;

/**
 * One loopback port for both https, required by Azure's SDKs, and http, convenient with `curl`.
 * @param port the last one used; if now in use, any free one
 */
export async function listen(
  handle: RequestListener,
  tls: { key: string; certificate: string },
  port: number,
): Promise<Listener> {
  const http = createHttp(handle);
  const https = createHttps({ key: tls.key, cert: tls.certificate }, handle);
  for (const server of [http, https]) server.keepAliveTimeout = KEEP_ALIVE;
  const sockets = new Set<Socket>();
  const front = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client that disconnects mid-request is ignored.
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read(1) as Buffer | null;
      if (!first) return;
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? https : http).emit("connection", socket);
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      front.once("error", reject);
      front.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return listen(handle, tls, 0);
  }
  return {
    port: (front.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
