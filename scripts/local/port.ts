import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** The smallest and the largest port. */
export const PORT_RANGE = [1, 65_535] as const;
/** The longest time for which a service that is ending may still hold its port. */
const RELEASE_TIMEOUT_MS = 3_000;

/** Waits for a short time until a port is free. Throws if it is not. */
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

/** Finds a port that no process listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}

/** Opens a connection to the port and waits until it breaks. The end of the listening process breaks it at once. */
export function untilDisconnected(port: number, host = "localhost"): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.unref();
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

/** Tests whether the port refuses connections. */
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
