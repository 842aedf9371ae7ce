import { createServer } from "node:http";

import { listen } from "../../scripts/local/listen.ts";

/** The behaviour of the server: it answers, fails every request, drops connections, or stays silent. */
type Mode = "up" | "fails" | "drops" | "silent";

/**
 * Starts an OpenAI-compatible server of an embedding model, which a test can take away. Its vectors count the letters of
 * a text.
 */
export async function startEmbeddingServer() {
  const state = {
    mode: "up" as Mode,
    dimensions: 16,
    /** The dimensions of models that have others, by their names. */
    dimensionsOf: {} as Record<string, number>,
    asked: [] as string[],
  };
  const server = createServer(async (req, res) => {
    if (state.mode === "drops") return void res.destroy();
    if (state.mode === "silent") return;
    res.setHeader("content-type", "application/json");
    if (state.mode === "fails") {
      res.statusCode = 503;
      return void res.end(JSON.stringify({ error: { message: "The model is loading" } }));
    }
    let body = "";
    for await (const chunk of req.setEncoding("utf8")) body += chunk;
    const { input, model }: { input: string[]; model: string } = JSON.parse(body);
    state.asked.push(...input);
    const data = input.map((text, index) => ({
      object: "embedding",
      index,
      embedding: embed(text, state.dimensionsOf[model] ?? state.dimensions),
    }));
    const usage = { prompt_tokens: input.length, total_tokens: input.length };
    res.end(JSON.stringify({ object: "list", model, data, usage }));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    /** The behaviour of the server, and the texts that it has embedded; tests change both. */
    state,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function embed(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0.1);
  for (const letter of text.toLowerCase()) {
    const at = (letter.codePointAt(0) ?? 0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}
