import { deflateSync } from "node:zlib";

import { toFile } from "openai";
import { describe, it } from "vitest";

import { docx, paragraph, pdf } from "../../rules/ingest/documents.ts";
import { createProject } from "../project.ts";

type Ending = "completed" | "failed";

const encodeText = (text: string) => new TextEncoder().encode(text);

/** Uploads that are not documents, or too large ones. Each ends separately and affects no other. */
const DOCUMENTS: readonly (readonly [name: string, bytes: Uint8Array, ending: Ending])[] = [
  ["encrypted.pdf", pdf([["secret"]], { encrypt: true }), "failed"],
  ["bomb.pdf", pdf([["x"]], { stream: deflateSync(Buffer.alloc(66 * 1024 * 1024, 32)) }), "failed"],
  ["bomb.docx", docx(" ".repeat(13_000_000)), "failed"],
  ["one-line.txt", encodeText("lighthouse keeper ".repeat(950_000)), "failed"],
  [
    "latin-1.txt",
    Uint8Array.of(...encodeText("caf"), 0xe9, ...encodeText(" au lait")),
    "completed",
  ],
  ["headings.md", encodeText("# heading\n".repeat(100_000)), "completed"],
  ["deep.html", encodeText(`${"<div>".repeat(100_000)}deep harbour`), "completed"],
  ["fine.pdf", pdf([["The harbour opens at nine."]]), "completed"],
  ["fine.docx", docx(paragraph("The lighthouse closes at ten.")), "completed"],
];

describe("a document that is hard to read", () => {
  it("ends as failed with a reason, or is read, and does not affect the others", async ({
    expect,
  }) => {
    const { client } = await createProject();
    const store = await client.vectorStores.create({ name: "hard" });
    const options = { pollIntervalMs: 20 };
    for (const [name, bytes, ending] of DOCUMENTS) {
      const file = await client.files.create({
        file: await toFile(bytes, name),
        purpose: "assistants",
      });
      const attached = { file_id: file.id };
      const ended = await client.vectorStores.files.createAndPoll(store.id, attached, options);
      const { status, last_error: error } = ended;
      expect({ name, status, error: error?.message }).toMatchObject({ name, status: ending });
      if (ending === "failed") expect(error?.message).toMatch(/\w+ \w+ \w+/);
    }
    const found = await client.vectorStores.search(store.id, { query: "When does it open?" });
    expect(found.data[0]).toMatchObject({ filename: "fine.pdf" });
    const { file_counts: counts } = await client.vectorStores.retrieve(store.id);
    expect(counts).toMatchObject({ in_progress: 0, failed: 4, completed: 5 });
  }, 60_000);
});
