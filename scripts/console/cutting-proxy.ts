import { connect, createServer } from "node:net";

import { freePort } from "../local/port.ts";

/** A way to the service on which connections can be made to break. */
export type CuttingProxy = {
  readonly url: string;
  /**
   * From now on, breaks each connection that sends more than `bytes` to the service; Infinity for none. Browsers send a
   * request again whose connection breaks, so one break would not be seen.
   */
  readonly cutAfter: (bytes: number) => void;
  readonly stop: () => void;
};

/** Starts a proxy on this machine that passes bytes on to a service, and can break connections. */
export async function startCuttingProxy(serviceUrl: string): Promise<CuttingProxy> {
  const { hostname, port: target } = new URL(serviceUrl);
  const port = await freePort();
  let [limit, cuts] = [Infinity, 0];
  const server = createServer((client) => {
    const service = connect(Number(target), hostname);
    let [sent, counted] = [0, cuts];
    client.on("data", (bytes) => {
      // What was sent before does not count.
      if (counted !== cuts) [sent, counted] = [0, cuts];
      sent += bytes.length;
      if (sent <= limit) return;
      client.destroy();
      service.destroy();
    });
    for (const socket of [client, service]) socket.on("error", () => {});
    client.pipe(service);
    service.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    url: `http://localhost:${port}`,
    cutAfter: (bytes) => {
      [limit, cuts] = [bytes, cuts + 1];
    },
    stop: () => void server.close(),
  };
}
