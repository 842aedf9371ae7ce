import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { bytesKey } from "../../../src/knowledge/scope.ts";
import { createProject, type TestProject } from "../project.ts";

const TYPE = "text/plain; charset=windows-1252";
const LARGE = 8 * 1024 * 1024 + 1;
const latin = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

async function upload({ fetch }: TestProject, bytes: Uint8Array<ArrayBuffer>, type = TYPE) {
  const body = new FormData();
  body.append("purpose", "assistants");
  body.append("file", new File([bytes], "a.txt", { type }));
  const headers = { "idempotency-key": "upload" };
  const response = await fetch("/files", { method: "POST", headers, body });
  const { id = "", error }: { id?: string; error?: { code: string } } = await response.json();
  return { id, code: error?.code };
}

describe("the charset of an uploaded part", () => {
  it("decides how its bytes are read", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await upload(project, latin("Caf\u00e9 Zo\u00eb: 9 \u0080"));
    const store = await client.vectorStores.create({});
    const file = await client.vectorStores.files.createAndPoll(
      store.id,
      { file_id: id },
      { pollIntervalMs: 20 },
    );
    expect(file).toMatchObject({ status: "completed" });
    const found = await client.vectorStores.search(store.id, { query: "Café" });
    expect(found.data[0]?.content[0]?.text).toBe("Café Zoë: 9 €");
  });

  it("keeps files apart whose bytes are the same, as the ending of their names does", async ({
    expect,
  }) => {
    const project = await createProject();
    const { client } = project;
    const store = await client.vectorStores.create({});
    for (const [name, type] of [
      ["a.txt", "text/plain; charset=koi8-r"],
      ["b.txt", "text/plain; charset=windows-1251"],
      ["c.csv", "text/csv; charset=koi8-r"],
    ] as const) {
      const file = new File([latin("name,\u00f3\u00d2\u00cf\u00cb\nAda,9")], name, { type });
      await client.vectorStores.files.uploadAndPoll(store.id, file, { pollIntervalMs: 20 });
    }
    const found = await client.vectorStores.search(store.id, { query: "Ada name" });
    const texts = found.data.map(({ filename, content }) => [filename, content[0]?.text] as const);
    expect(new Map(texts)).toEqual(
      new Map([
        ["a.txt", "name,Срок\nAda,9"],
        ["b.txt", "name,уТПЛ\nAda,9"],
        ["c.csv", "name: Ada; Срок: 9"],
      ]),
    );
  });

  it("is part of what an idempotency key stands for", async ({ expect }) => {
    const project = await createProject();
    const { id } = await upload(project, latin("Caf\u00e9"));
    expect(await upload(project, latin("Caf\u00e9"))).toEqual({ id });
    const other = await upload(project, latin("Caf\u00e9"), "text/plain; charset=koi8-r");
    expect(other.code).toBe("idempotency_key_reused");
  });

  it("is kept with a file that is stored in parts", async ({ expect }) => {
    const project = await createProject();
    const { id } = await upload(project, new Uint8Array(LARGE).fill(65));
    const stored = await env.FILES.head(bytesKey(project.scope.projectId, `file-${id.slice(5)}`));
    expect(stored?.httpMetadata?.contentType).toBe(TYPE);
  });
});
