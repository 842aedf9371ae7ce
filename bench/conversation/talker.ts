import { createServer, type ServerResponse } from "node:http";

import { listen } from "../../scripts/local/listen.ts";

/**
 * Starts a scripted model server whose answers have `sentences` sentences. If the question contains `#stalls`, the
 * server does not end its answer after them.
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
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
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
