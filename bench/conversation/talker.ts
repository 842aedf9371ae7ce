import { createServer, type ServerResponse } from "node:http";

/**
 * Starts a scripted model server that writes a number of sentences. If the question contains `#stalls`, it does not end
 * its answer after them.
 */
export async function startTalker(sentences: number) {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () =>
      talk(response, sentences, body.includes("#stalls") ? "stalls" : "ends"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on TCP");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function talk(response: ServerResponse, sentences: number, after: "ends" | "stalls"): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (delta: object, finish: string | null) => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const chunk = { id: "talk", object: "chat.completion.chunk", created: 0, model: "m", choices };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  for (let n = 0; n < sentences; n++) send({ content: `This is sentence number ${n}. ` }, null);
  if (after === "stalls") return;
  send({}, "stop");
  response.end("data: [DONE]\n\n");
}
