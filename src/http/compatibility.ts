import { CHAT_REQUESTS } from "./answering/chat-completions.ts";
import { CONVERSATION_REQUESTS } from "./answering/conversations.ts";
import { EMBEDDINGS_REQUESTS } from "./answering/embeddings.ts";
import { RESPONSE_REQUESTS } from "./answering/responses.ts";
import { FILE_BATCH_REQUESTS } from "./knowledge/file-batches.ts";
import { FILE_REQUESTS } from "./knowledge/files.ts";
import { STORE_FILE_REQUESTS } from "./knowledge/vector-store-files.ts";
import { SEARCH_REQUESTS } from "./knowledge/vector-store-search.ts";
import { VECTOR_STORE_REQUESTS } from "./knowledge/vector-stores.ts";
import { API_KEY_REQUESTS } from "./organization/api-keys.ts";
import { PROJECT_REQUESTS } from "./organization/projects.ts";
import { propertiesOf } from "./request/request-properties.ts";
import type { RequestShape, RequestShapes } from "./request/request-shape.ts";

/** What every endpoint with a body or a query reads, made of the very schemas that its route validates with. */
export const REQUEST_SHAPES: RequestShapes = {
  ...RESPONSE_REQUESTS,
  ...CONVERSATION_REQUESTS,
  ...CHAT_REQUESTS,
  ...EMBEDDINGS_REQUESTS,
  ...FILE_REQUESTS,
  ...VECTOR_STORE_REQUESTS,
  ...STORE_FILE_REQUESTS,
  ...FILE_BATCH_REQUESTS,
  ...SEARCH_REQUESTS,
  ...PROJECT_REQUESTS,
  ...API_KEY_REQUESTS,
};

export type PropertyState = {
  readonly path: string;
  readonly state: "supported" | "accepted" | "refused";
  readonly note: string;
};

/** The table's rows for the body of one endpoint. */
export function bodyRows({ body, others = {} }: RequestShape): PropertyState[] {
  const supported = body ? propertiesOf(body) : [];
  const rows = supported
    .filter(({ path }) => !Object.hasOwn(others, path))
    .map(({ path, note }): PropertyState => ({ path, state: "supported", note: note ?? "" }));
  const rest = Object.entries(others).map(([path, other]): PropertyState => {
    if (other === "accepted") return { path, state: "accepted", note: "without effect" };
    const harmless = (other.harmless ?? []).map((value) => `\`${JSON.stringify(value)}\``);
    const exception = harmless.length > 0 ? ` Accepted: ${harmless.join(", ")}.` : "";
    return { path, state: "refused", note: other.refused + exception };
  });
  return [...rows, ...rest];
}

/** The table's rows for the query parameters of one endpoint; what it does not have is refused as unknown. */
export function queryRows({ query }: RequestShape): PropertyState[] {
  return (query ? propertiesOf(query) : []).map(({ path, note }) => ({
    path,
    state: "supported",
    note: note ?? "",
  }));
}
