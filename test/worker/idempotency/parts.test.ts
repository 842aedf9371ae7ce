import { describe, it } from "vitest";

import { createProject } from "../project.ts";
import { newRequestKey, REUSED, sendKeyed, SPENT } from "./keyed.ts";

const ITEMS = [
  { type: "message", role: "user", content: "One" },
  { type: "message", role: "user", content: "Two" },
];

async function createStore() {
  const project = await createProject();
  const { client } = project;
  const upload = (text: string) =>
    client.files.create({ purpose: "assistants", file: new File([text], "a.txt") });
  const files = [await upload("one"), await upload("two")];
  const { id } = await client.vectorStores.create({});
  return { ...project, storeId: id, fileIds: files.map((file) => file.id) };
}

describe("what is created inside of something else, with an Idempotency-Key", () => {
  it("adds items to a conversation once", async ({ expect }) => {
    const project = await createProject();
    const { id } = await project.client.conversations.create();
    const key = newRequestKey();
    const path = `/conversations/${id}/items`;
    const add = () => sendKeyed(project, path, { items: ITEMS }, key);

    const answers = await Promise.all(Array.from({ length: 30 }, add));
    const texts = answers.map(({ json }) => JSON.stringify(json));
    const listed = await project.client.conversations.items.list(id);

    expect([...new Set(texts)]).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(listed.data).toHaveLength(2);
    expect(await sendKeyed(project, path, { items: ITEMS.slice(1) }, key)).toMatchObject(REUSED);
    await project.client.conversations.items.delete(listed.data[0]?.id ?? "", {
      conversation_id: id,
    });
    expect(await add()).toMatchObject(SPENT);
  });

  it("attaches a file once, and not again after it was detached", async ({ expect }) => {
    const { storeId, fileIds, ...project } = await createStore();
    const [file_id, other] = fileIds;
    const path = `/vector_stores/${storeId}/files`;
    const key = newRequestKey();
    const attach = () => sendKeyed(project, path, { file_id }, key);

    const answers = await Promise.all(Array.from({ length: 30 }, attach));

    expect([...new Set(answers.map(({ status, id }) => `${status} ${id}`))]).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(await sendKeyed(project, path, { file_id: other }, key)).toMatchObject(REUSED);
    await project.client.vectorStores.files.delete(file_id ?? "", { vector_store_id: storeId });
    expect(await attach()).toMatchObject(SPENT);
    expect((await project.client.vectorStores.files.list(storeId)).data).toEqual([]);
  });

  it("attaches a batch once, also after one of its files was deleted", async ({ expect }) => {
    const { storeId, fileIds: file_ids, ...project } = await createStore();
    const key = newRequestKey();
    const attach = () =>
      sendKeyed(project, `/vector_stores/${storeId}/file_batches`, { file_ids }, key);

    const answers = await Promise.all(Array.from({ length: 30 }, attach));
    await project.client.files.delete(file_ids[0] ?? "");
    const late = await attach();

    expect([...new Set(answers.map(({ status, id }) => `${status} ${id}`))]).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(late).toMatchObject({ status: 200, id: answers[0]?.id, replayed: "true" });
  });

  it("creates a store with its files once", async ({ expect }) => {
    const { fileIds: file_ids, ...project } = await createStore();
    const key = newRequestKey();
    const create = () => sendKeyed(project, "/vector_stores", { name: "a", file_ids }, key);

    const answers = await Promise.all(Array.from({ length: 20 }, create));
    const id = answers[0]?.id ?? "";
    await project.client.vectorStores.files.delete(file_ids[0] ?? "", { vector_store_id: id });
    await create();

    expect([...new Set(answers.map((one) => `${one.status} ${one.id}`))]).toHaveLength(1);
    expect((await project.client.vectorStores.files.list(id)).data).toHaveLength(1);
  });

  it("is nothing where the owner does not exist", async ({ expect }) => {
    const project = await createProject();
    const gone = `vs_${"0".repeat(24)}`;
    const body = { file_id: `file-${"0".repeat(24)}` };
    const path = `/vector_stores/${gone}/files`;
    expect(await sendKeyed(project, path, body, newRequestKey())).toMatchObject({ status: 404 });
  });
});
