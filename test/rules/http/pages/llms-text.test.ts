import { it } from "vitest";

import { llmsText } from "../../../../src/http/pages/llms-text.ts";

const operation = { method: "GET", tag: "Files", access: "project" } as const;

it("lists the operations by group, with the key that each needs", ({ expect }) => {
  const text = llmsText([
    { ...operation, path: "/v1/files", summary: "List files" },
    { ...operation, path: "/health", summary: "Get the health", tag: "Service", access: "public" },
    { ...operation, path: "/v1/files/{file_id}", summary: "Get a file" },
    { ...operation, path: "/v1/organization/projects", summary: "List projects", access: "admin" },
  ]);

  expect(text.slice(text.indexOf("## Operations"))).toBe(`## Operations

### Files

- \`GET /v1/files\`: List files
- \`GET /v1/files/{file_id}\`: Get a file
- \`GET /v1/organization/projects\`: List projects (admin key)

### Service

- \`GET /health\`: Get the health (no key)
`);
});

it("has the form of llms.txt: one title, a summary in a quotation, links", ({ expect }) => {
  const text = llmsText([]);

  expect(text).toMatch(/^# Edgewise\n\n> /);
  expect(text.match(/^# /gm)).toHaveLength(1);
  expect(text).toContain("](/openapi.json)");
  expect(text).toContain("](/docs)");
});
