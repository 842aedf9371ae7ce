import type { Access, Declaration } from "../route/declaration.ts";

type Operation = Pick<Declaration, "method" | "path" | "summary" | "tag" | "access">;

/**
 * Builds the text of `GET /llms.txt`, a summary of the service and its API operations in Markdown, for language models
 * to read.
 */
export function llmsText(routes: readonly Operation[]): string {
  const groups = Array.from(
    Map.groupBy(routes, ({ tag }) => tag),
    ([tag, group]) => `### ${tag}\n\n${group.map(operationLine).join("\n")}\n`,
  );
  return `${INTRODUCTION}\n## Operations\n\n${groups.join("\n")}`;
}

const operationLine = ({ method, path, summary, access }: Operation) =>
  `- \`${method} ${path}\`: ${summary}${ACCESS_NOTES[access]}`;

const ACCESS_NOTES: Readonly<Record<Access, string>> = {
  project: "",
  admin: " (admin key)",
  key: " (either key)",
  public: " (no key)",
};

const INTRODUCTION = `# Edgewise

> A retrieval service: upload documents, ask questions, get answers with citations that were checked against the
> documents. It speaks OpenAI's API (Files, Vector Stores, Responses, Conversations, Chat Completions, Embeddings), so
> official OpenAI clients work with the base URL \`/v1\` of this host. Workflows, runs and schedules are its own.

- [API description](/openapi.json): OpenAPI 3.1, with every request, response, error and example
- [API docs for people](/docs)
- [Console](/console/): ask, and see files, searches and runs in a browser

## Keys

Send \`Authorization: Bearer KEY\`. A project's key opens everything below but the operations marked "admin key", which
take the deployment's admin key. What belongs to another project answers like what does not exist.

## How to answer a question from documents

1. \`POST /v1/vector_stores\` with \`{"name": "handbook"}\`.
2. \`POST /v1/files\`, multipart, with \`purpose=assistants\` and \`file\`.
3. \`POST /v1/vector_stores/{vector_store_id}/files\` with \`{"file_id": "file-…"}\`; repeat its \`GET\` until \`status\` is
   \`completed\`.
4. \`POST /v1/responses\` with \`{"model": "extractive-1", "input": "…", "tools": [{"type": "file_search",
   "vector_store_ids": ["vs_…"]}]}\`. \`GET /v1/models\` lists the models.

## Citations

A message's \`output_text\` has \`annotations\` of the type \`file_citation\`, with \`file_id\`, \`filename\` and \`index\`. With
\`"include": ["edgewise.grounding"]\` each also has \`quote\`, the words of the file, \`source_start\` and \`source_end\`, the
place of the quote in the file's text, \`page\`, \`table\`, \`row\`, \`heading_path\`, and \`start_index\` and \`end_index\`, the sentence of the answer that it supports.

## Abstentions

Where the documents do not support an answer, the text says so in the language of the question and has no annotations;
the response is \`completed\`. With the same \`include\` the response's \`grounding.status\` is \`abstained\`; the other values
are \`grounded\`, \`partial\` and \`ungrounded\`. Do not repeat the question unchanged: other documents or another question help.

## Errors

Every error has one body, \`application/problem+json\`: \`status\`, \`title\`, \`detail\`, and OpenAI's \`error\` with \`code\`,
\`message\` and \`param\`. Repeat a request after 429, 500 or 503 only.
`;
