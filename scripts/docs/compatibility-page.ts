import {
  bodyRows,
  type PropertyState,
  queryRows,
  REQUEST_SHAPES,
} from "../../src/http/compatibility.ts";

/** The text of `docs/compatibility.md`, from the schemas that the routes validate with. */
export function compatibilityPage(): string {
  const endpoints = Object.entries(REQUEST_SHAPES).flatMap(([endpoint, shape]) => {
    const query = queryRows(shape);
    return [
      `### ${endpoint}`,
      ...(shape.ours ? ["Ours."] : []),
      ...(shape.body ? [table(bodyRows(shape))] : []),
      ...(query.length > 0 ? [`Query:`, table(query)] : []),
    ];
  });
  return [INTRODUCTION, ...endpoints, REST].join("\n\n") + "\n";
}

/** Formats one row per path. The eight comparisons of filters have equal properties, so they share a row. */
function table(rows: readonly PropertyState[]): string {
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

Written by \`npm run docs:compatibility\` from the schemas that validate the requests; a test fails when it is stale, and
when a property of OpenAI's published description is missing.

Every property of a request is one of three:

- **supported**: it does what OpenAI's reference says. The third column has the words that it takes, where these are few.
- **accepted**: clients send it by habit and it cannot change the result, so it has no effect.
- **refused**: it would change the result and is not served. The answer is 400 with the code \`unsupported_parameter\` and the
  property's name in \`param\`. \`null\` counts as absent everywhere, and so do the values named behind *Accepted*.

A property that is not in the table gets 400 \`unknown_parameter\`. In a path, \`[]\` stands for every element and \`:word\` for
objects whose \`type\` (of messages: \`role\`) is that word; what is said of an object holds for all in it.

## Extensions

These are ours, and appear in a response only when the caller asks:

| where | what |
| --- | --- |
| \`POST /v1/vector_stores/{id}/search\` | \`explain: true\` adds \`explanation\` (the parts of each score) and \`cut\` (what was found and left out, with the reason) |
| \`POST /v1/responses\`, \`POST /v1/chat/completions\` | \`include: ["edgewise.grounding"]\` adds \`grounding\`, \`degraded\`, and span and quote of each citation |
| \`POST /v1/responses\` | \`workflow: "name"\` or \`"name@version"\` answers by a [workflow](workflows.md) of the project |
| \`POST /v1/chat/completions\` | \`file_search: {vector_store_ids, …}\` searches stores; \`include\` as in responses |
| \`POST /v1/organization/projects\` | \`region\`: where the project's data is created |
| \`POST /v1/organization/projects/{id}/api_keys\` | creates a key; OpenAI has this only in its console |
| lists of conversations' and responses' items | \`before\` |

## Endpoints

An endpoint that is missing here takes neither body nor query: getting, deleting and cancelling by id, \`GET /v1/models\`.
All endpoints, with their answers and errors, are in the API description, \`GET /openapi.json\`.`;

const REST = `## Not served

These endpoints of OpenAI answer 404 in the one error shape: assistants, threads and runs; audio, images and videos; batches;
containers; evals; fine-tuning; moderations; realtime; uploads in parts; stored chat completions (\`GET\`, \`POST\` and
\`DELETE /v1/chat/completions/{id}\`); \`POST /v1/responses/compact\` and \`/v1/responses/input_tokens\`; \`DELETE /v1/models/{id}\`;
of the admin API all but projects and their keys. What each error code means is in [errors.md](errors.md).`;
