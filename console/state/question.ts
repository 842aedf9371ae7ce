import { call } from "../api/client.ts";

/** Reads the question of a response: the last message of a person in its input. Empty if there is none. */
export async function readQuestion(responseId: string, signal?: AbortSignal): Promise<string> {
  const path = { response_id: responseId };
  const options = signal ? { path, signal } : { path };
  const page = await call("GET /v1/responses/{response_id}/input_items", options);
  const last = page.data.find((item) => item.type === "message" && item.role === "user");
  return last?.type === "message" && last.role === "user"
    ? last.content.map(({ text }) => text).join("\n")
    : "";
}
