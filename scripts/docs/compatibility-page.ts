import {
  bodyRows,
  type PropertyState,
  queryRows,
  REQUEST_SHAPES,
} from "../../src/http/compatibility.ts";
import { MISSING_ENDPOINTS } from "../../src/http/missing-endpoints.ts";

/** Renders the Markdown of `docs/compatibility.md` from the declarations of the routes. */
export function renderCompatibilityPage(): string {
  const endpoints = Object.entries(REQUEST_SHAPES).flatMap(([endpoint, shape]) => {
    const query = queryRows(shape);
    return [
      `### ${endpoint}`,
      ...(shape.ours ? ["Extension."] : []),
      ...(shape.body ? [renderTable(bodyRows(shape))] : []),
      ...(query.length > 0 ? [`Query:`, renderTable(query)] : []),
    ];
  });
  return [INTRODUCTION, ...endpoints, REST].join("\n\n") + "\n";
}

/** Renders one row per path. The eight comparisons of filters have the same properties, so they share their rows. */
function renderTable(rows: readonly PropertyState[]): string {
  const shown = new Map<string, PropertyState>();
  for (const row of rows) {
    const path = row.path.replace(/filters:\w+/, "filters");
    if (!shown.has(path)) shown.set(path, { ...row, path });
  }
  const lines = [...shown.values()].map(({ path, state, note }) => {
    return `| \`${path}\` | ${state} | ${note} |`;
  });
  return ["| property | | |", "| --- | --- | --- |", ...lines].join("\n");
}

const INTRODUCTION = `# Compatibility with OpenAI's API

\`npm run docs:compatibility\` writes this page from the declarations of the routes, whose schemas validate the requests.
A test fails when the page is stale, or when a property of OpenAI's published description is missing.

Each property of a request is one of four:

- **supported**: it works as OpenAI's reference says. The third column lists its values, if these are few.
- **no effect**: its value is checked, and shown again where OpenAI's response has it, but nothing depends on it.
- **accepted**: clients send it by habit and it cannot change the result, so it has no effect. The header
  \`x-edgewise-ignored\` of the response names each one that was sent.
- **refused**: it would change the result and is not supported. The answer is 400 with the code
  \`unsupported_parameter\` and the property's name in \`param\`. \`null\` counts as absent everywhere, and so do the values
  listed behind *Accepted*; in a query it is an empty value, as in \`?limit=\`. Null is a value only in JSON of your own,
  such as a run's input, and where an update clears a property with it, such as \`expires_after\` of a vector store.
- **by model**: the model of the request decides. One that cannot read it refuses with 400, the code \`model_cannot\` and
  the place in \`param\`; the message names the model.

A property that is not in the table gets 400 \`unknown_parameter\`, and so does a parameter of the query that an endpoint
under \`/v1\` does not have. In a path, \`[]\` means each element, and \`:word\` objects whose \`type\` (of messages:
\`role\`) is that word. A row about an object applies to all objects in it.

Lists: \`after\` and \`before\` are ids of the list, and together they are a range. The id of an object that was deleted
meanwhile still is a place in the list (of a file that was detached from a store: for a day); any other text gets 400.

Bodies may be sent with \`Content-Encoding: gzip\` or \`deflate\`, with the same limits for what they inflate to. File
contents can be read in parts, with \`Range\`. \`stop\` is applied by the service, to the text without citation markers,
so it works with every model.

## Models

In \`POST /v1/responses\` and \`POST /v1/chat/completions\`, \`model\` is one of:

- the name of a model that answers, as \`GET /v1/models\` lists it. A name that does not exist gets 404,
  \`model_not_found\`, with the closest name and those that there are.
- absent, null or empty: the project's default answers, or the deployment's if the project has none. The operator sets
  the project's: \`POST /v1/organization/projects/{id}\` with \`{"settings": {"default_model": "extractive-1"}}\`; see
  [settings.md](settings.md#models).
- \`store:\` and the id of a vector store, as in \`store:vs_…\`: an extension, for clients that can choose nothing but a
  model. The default model answers, as if the request had a \`file_search\` tool with this store; see
  [responses.md](responses.md#vector-stores-as-models).

## Clients

\`npm run test:clients\` installs these packages into \`clients/\` and runs them against the service, each through a
conversation with a cited answer, with the built-in model and with a scripted LLM: \`openai\` (160 calls; 148 work, the
others are refused as this page says), the AI SDK (\`@ai-sdk/openai\` with \`.responses()\` and \`.chat()\`, and
\`@ai-sdk/open-responses\`), LangChain, LlamaIndex, \`@openai/agents\`, and \`openai\` for Python where it installs.
\`npm run test:service\` runs the calls of \`openai\`.

A client that can only send the name of a model asks a vector store as \`store:<vector store id>\`.

## Extensions

These are not part of OpenAI's API, and appear in a response only when the request asks for them, except for
\`degraded\` and \`partial\`, which say that something is missing:

| where | extension |
| --- | --- |
| \`POST /v1/vector_stores/{id}/search\` | \`degraded {from, by, reason}\`, and the header \`x-edgewise-degraded\`, where only words were matched, since the store's embedding model is away |
| \`POST /v1/vector_stores/{id}/search\` | \`partial: true\` where a search shard did not answer in time, so that chunks are missing |
| \`POST /v1/vector_stores/{id}/search\` | \`explain: true\` adds \`explanation\` (the parts of each score), \`cut\` (hits that were left out, with the reason), \`content_version\` and \`shards\` (the work of each search shard) |
| \`POST /v1/vector_stores/{id}/search\` | \`include: ["edgewise.grounding"]\` adds \`page\`, \`table\`, \`row\` and \`heading_path\` to each result |
| \`POST /v1/vector_stores/{id}/search\` | \`include: ["edgewise.highlights"]\` adds \`highlights\` to each result: the words of its text that match, by \`start_index\` and \`end_index\` |
| \`POST /v1/vector_stores/{id}/files/{file_id}/reingest\` | reads a file again from its bytes, whether it is completed or failed |
| \`GET /v1/vector_stores/{id}/files/{file_id}\` and lists of files | \`last_error\` of a file that is \`in_progress\`: why its last attempt failed; it is tried again |
| \`POST /v1/responses\`, \`POST /v1/chat/completions\` | \`include: ["edgewise.grounding"]\` adds \`grounding\`, \`degraded\`, and span, quote, page and headings of each citation |
| \`GET /v1/responses/{id}\` | \`include=edgewise.queue_position\` adds \`queue_position\` while the response is queued ([async.md](async.md#turns)) |
| lists, and what changes by itself | \`stream=true\` sends the answer as server-sent events, again whenever it changes ([async.md](async.md#watch)) |
| \`GET /v1/vector_stores\` | \`name\` and \`status\` list the stores with that text in their names, and those with that status ([lists](lists.md)) |
| \`GET /v1/organization/projects\` | \`name\` and \`status\`, likewise |
| \`GET /v1/vector_stores/{id}/files\`, and one of them | \`include=edgewise.stage\` adds \`stage\`, \`edgewise.warnings\` adds \`warnings\`, \`edgewise.filename\` adds \`filename\` |
| \`GET /v1/conversations/{id}/items\`, and one of them | \`include=edgewise.response_id\` adds \`response_id\`: the response that the item is the input or the output of; null for an item that was added; and \`origin_response_id\`: of a copy made by an \`item_reference\`, the response of its original |
| \`POST /v1/responses\` | \`workflow: "name"\` or \`"name@version"\` answers by a [workflow](workflows.md) of the project |
| \`POST /v1/chat/completions\` | \`file_search: {vector_store_ids, …}\` searches stores; \`include\` as in responses |
| \`POST /v1/responses\`, \`POST /v1/chat/completions\` | \`model: "store:vs_…"\` answers from a vector store; \`GET /v1/models\` lists stores where the project's settings say so, with their \`name\` |
| \`POST /v1/organization/projects\` | \`jurisdiction\`: where everything that is stored of the project stays; \`region\`: where its objects are created |
| \`POST /v1/organization/projects/{id}/api_keys\` | creates a key; OpenAI has this only in its console |
| lists of conversations' and responses' items | \`before\` |

## Endpoints

An endpoint that is missing here takes neither body nor query, for example getting, deleting or cancelling by id. All
endpoints, with their answers and errors, are in the API description, \`GET /openapi.json\`. *Extension* marks an endpoint
that OpenAI's API does not have.`;

const REST = `## Not supported

These endpoints of OpenAI are refused with 404, or with 405 where the path has other methods, and the reason:

${renderMissing()}

[errors.md](errors.md) explains each error code.`;

function renderMissing(): string {
  const lines = MISSING_ENDPOINTS.map(({ method, path, reason }) => {
    const endpoint = method === undefined ? path : `${method} ${path}`;
    return `| \`${endpoint}\` | ${reason} |`;
  });
  return ["| endpoint | |", "| --- | --- |", ...lines].join("\n");
}
