import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { listen } from "./listen.ts";

/** The lowest and the highest TCP port. */
export const PORT_RANGE = [1, 65_535] as const;
/** The longest time for which a service that is ending may still hold its port. */
const RELEASE_TIMEOUT_MS = 3_000;

/** Throws if another process still listens on a port after a short wait. */
export async function assertPortFree(port: number, host = "localhost"): Promise<void> {
  const deadline = Date.now() + RELEASE_TIMEOUT_MS;
  for (;;) {
    const failure = await listenOnce(port, host);
    if (failure === null) return;
    if (failure.code !== "EADDRINUSE") {
      throw new Error(
        `The service cannot listen on ${host}:${port} (${failure.message}). Choose another port with --port N.`,
      );
    }
    if (Date.now() > deadline) {
      throw new Error(
        `Something already listens on ${host}:${port}. Stop it, or choose another port: --port ${port + 1}.`,
      );
    }
    await wait(200);
  }
}

/** Finds a TCP port on which no process listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Connects to a port, and resolves when the connection breaks or cannot be made; never rejects. The connection breaks
 * at once when the listening process ends.
 */
export function untilDisconnected(port: number, host = "localhost"): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.unref();
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

/** Tests whether connections to a port are refused, because no process listens on it. */
export function isRefused(port: number, host = "localhost"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on("error", () => resolve(true));
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function listenOnce(port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
