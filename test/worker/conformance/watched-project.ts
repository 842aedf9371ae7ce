import OpenAI from "openai";

import {
  checkByOpenAi,
  checkByOpenResponses,
  withoutNullUsage,
} from "../../official/both-descriptions.ts";
import { checkOperations } from "../../official/check-operation.ts";
import { readOfficial } from "../official-description.ts";
import { BASE_URL, createProject, fetchWorker } from "../project.ts";

const description = await readOfficial("openai/openapi-subset.json");
const openDescription = await readOfficial("openresponses/openapi.json");
if (description === null || openDescription === null) {
  console.warn(
    "A published description is not beside this repository: answers are not checked by it",
  );
}
const checkOperation = description === null ? null : checkOperations(description);
const check = description === null ? null : checkByOpenAi(description);
const checkOpen = openDescription === null ? null : checkByOpenResponses(openDescription);

/**
 * Creates a project whose official client checks every response against OpenAI's API description: JSON by its
 * operation, streams event by event.
 */
export async function createWatchedProject() {
  const { key } = await createProject();
  const faults: string[] = [];
  const asked: string[] = [];
  const watched: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await fetchWorker(request);
    const { pathname } = new URL(request.url);
    const path = pathname.slice("/v1".length);
    // The client requests `data:,` to test its fetch.
    if (request.url.startsWith(BASE_URL)) asked.push(path);
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !checkOperation || !check) return response;
    if (type.startsWith("application/json")) {
      const body: unknown = await response.clone().json();
      const found = checkOperation(request.method, path, withoutNullUsage(decodeVectors(body)));
      if (isResponse(body)) found.push(...(checkOpen?.("Response", body) ?? []));
      faults.push(...found.map((fault) => `${request.method} ${path} ${fault}`));
    }
    if (type.startsWith("text/event-stream")) {
      const text = await response.text();
      for (const event of parseEvents(text)) {
        const name = event.type ?? "CreateChatCompletionStreamResponse";
        const found = check(name, event);
        if (event.type?.startsWith("response.")) found.push(...(checkOpen?.(name, event) ?? []));
        faults.push(...found.map((fault) => `${name} ${fault}`));
      }
      return new Response(text, response);
    }
    return response;
  };
  const client = new OpenAI({ apiKey: key, baseURL: BASE_URL, maxRetries: 0, fetch: watched });
  return { client, faults, asked };
}

const isResponse = (body: unknown) =>
  typeof body === "object" && body !== null && "object" in body && body.object === "response";

/** Decodes vectors in base64, since OpenAI's schema of embeddings describes only lists of numbers. */
function decodeVectors(body: unknown): unknown {
  const text = JSON.stringify(body, (name, value: unknown) =>
    name === "embedding" && typeof value === "string" ? Array.from(decodeFloats(value)) : value,
  );
  return JSON.parse(text);
}

const decodeFloats = (base64: string) =>
  new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);

function parseEvents(text: string): { type?: string }[] {
  const lines = text.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)));
}
