/**
 * The source of a program that a user of a generated API client might write: it asks a handbook a question through the
 * functions of `client.ts`, without type casts. It is a text because the client exists only while the test runs.
 */
export const USER_PROGRAM = `
import {
  attachFileToVectorStore,
  createResponse,
  createVectorStore,
  type FileCitation,
  getFile,
  getVectorStoreFile,
  type Problem,
  uploadFile,
} from "./client.ts";

type Answer = { fileId: string; text: string; citations: FileCitation[] };

export async function askHandbook(apiKey: string, handbook: string, question: string): Promise<Answer> {
  const options = { headers: { authorization: \`Bearer \${apiKey}\` } };
  const file = new File([handbook], "handbook.md", { type: "text/markdown" });
  const uploaded = await uploadFile({ purpose: "assistants", file }, options);
  if (uploaded.status !== 200) throw readStepFailure(uploaded.data);
  const store = await createVectorStore({ name: "handbook" }, options);
  if (store.status !== 200) throw readStepFailure(store.data);
  const fileId = uploaded.data.id;
  const attached = await attachFileToVectorStore(store.data.id, { file_id: fileId }, options);
  if (attached.status !== 200) throw readStepFailure(attached.data);
  await untilCompleted(store.data.id, fileId, options);

  const answered = await createResponse(
    { input: question, tools: [{ type: "file_search", vector_store_ids: [store.data.id] }] },
    options,
  );
  if (answered.status !== 200) throw readStepFailure(answered.data);
  if (typeof answered.data === "string") throw new Error("A stream was not asked for.");
  const parts = answered.data.output.flatMap((item) => (item.type === "message" ? item.content : []));
  const texts = parts.flatMap((part) => (part.type === "output_text" ? [part] : []));
  return {
    fileId,
    text: texts.map(({ text }) => text).join(""),
    citations: texts.flatMap(({ annotations }) => annotations),
  };
}

/** The problem that a file that does not exist is refused with. */
export async function refusalOf(apiKey: string, fileId: string): Promise<Problem> {
  const found = await getFile(fileId, {}, { headers: { authorization: \`Bearer \${apiKey}\` } });
  if (found.status !== 404) throw new Error(\`The status is \${found.status}.\`);
  const problem: Problem = found.data;
  return problem;
}

async function untilCompleted(storeId: string, fileId: string, options: RequestInit): Promise<void> {
  for (;;) {
    const file = await getVectorStoreFile(storeId, fileId, {}, options);
    if (file.status !== 200) throw readStepFailure(file.data);
    if (file.data.status === "completed") return;
    if (file.data.status !== "in_progress") throw new Error(file.data.last_error?.message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function readStepFailure({ status, detail, error }: Problem): Error {
  return new Error(\`\${status} \${error.code}: \${detail}\`);
}
`;
