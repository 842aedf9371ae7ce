import OpenAI, { toFile } from "openai";

/** The service to which the test calls go, with the key, stores and files that exist before the first call. */
export type World = {
  /** Address of the API, ending in `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly openai: OpenAI;
  /** The id of a vector store with two files. */
  readonly storeId: string;
  /** The id of the file in this store that answers the question of `LEAVE`. */
  readonly fileId: string;
  /**
   * Vector stores that clients can name as their model (`store:vs_…`), one for each project, by the default model of
   * the project, which then answers from the store. For clients in which only a model can be chosen.
   */
  readonly storeModels: Readonly<Record<string, StoreModel>>;
};

/** The name of a store as a model, and the key of its project. */
type StoreModel = { readonly model: string; readonly apiKey: string };

/** Finds the vector store to name as a model, in the project whose default model is `model`. */
export function storeModel({ storeModels }: World, model: string): StoreModel {
  const found = storeModels[model];
  if (!found) throw new Error(`No project has the default model ${model}.`);
  return found;
}

/** The built-in model, which quotes documents. */
export const BUILT_IN = "extractive-1";
/**
 * The model of the scripted model server. A mark at the end of the question, such as `#calls-function`, says what the
 * model does.
 */
export const SCRIPTED = "scripted";
/** A test question, a pattern that its answer must match, and the name of the file that has the answer. */
export type Turn = {
  readonly question: string;
  readonly answer: RegExp;
  readonly filename: string;
};
/** The first question of a test conversation, with its answer. */
export const LEAVE: Turn = {
  question: "How many days of annual leave do employees have?",
  answer: /30 days/,
  filename: "leave.md",
};
/** The second question of a test conversation, with its answer. */
export const NOTICE: Turn = {
  question: "How much notice must employees give before annual leave?",
  answer: /two weeks/,
  filename: "notice.md",
};

const LEAVE_TEXT = "Employees have 30 days of annual leave.\n";
const NOTICE_TEXT = "Employees must give two weeks of notice before annual leave.\n";

/** Makes a Markdown file to upload, called `name`. */
export const markdown = (name: string, text = LEAVE_TEXT) =>
  toFile(new TextEncoder().encode(text), name, { type: "text/markdown" });

/** The options of the client's polling helpers, such as `createAndPoll`: the interval in milliseconds. */
export const POLL = { pollIntervalMs: 50 } as const;

/**
 * Creates two projects, each with a vector store of two files: one whose default model is the built-in one, and one
 * whose default model is the scripted one. `storeModels` has the stores of both; the rest of the world is about the
 * second.
 */
export async function createWorld(baseURL: string, adminKey: string): Promise<World> {
  const quoting = await createProject(baseURL, adminKey, BUILT_IN);
  const main = await createProject(baseURL, adminKey, SCRIPTED);
  const storeModels = Object.fromEntries(
    [quoting, main].map(({ defaultModel, storeId, apiKey }) => [
      defaultModel,
      { model: `store:${storeId}`, apiKey },
    ]),
  );
  return { baseURL, storeModels, ...main };
}

async function createProject(baseURL: string, adminKey: string, defaultModel: string) {
  const admin = new OpenAI({ baseURL, adminAPIKey: adminKey, apiKey: adminKey });
  const post = async (path: string, body: object): Promise<{ id: string; value: string }> =>
    await admin.post(path, { body });
  const project = await post("/organization/projects", { name: defaultModel });
  const settings = { default_model: defaultModel, list_stores_as_models: true };
  await post(`/organization/projects/${project.id}`, { settings });
  const key = await post(`/organization/projects/${project.id}/api_keys`, { name: "clients" });
  const openai = new OpenAI({ baseURL, apiKey: key.value, maxRetries: 2, timeout: 60_000 });
  return { defaultModel, apiKey: key.value, openai, ...(await fillStore(openai)) };
}

async function fillStore(openai: OpenAI) {
  const store = await openai.vectorStores.create({ name: "handbook" });
  const attach = async (name: string, text: string) => {
    const file = await openai.files.create({
      file: await markdown(name, text),
      purpose: "assistants",
    });
    const attached = await openai.vectorStores.files.createAndPoll(
      store.id,
      { file_id: file.id, attributes: { year: 2026, town: "Kiel" } },
      POLL,
    );
    if (attached.status !== "completed") throw new Error(attached.last_error?.message);
    return file.id;
  };
  const fileId = await attach(LEAVE.filename, LEAVE_TEXT);
  await attach(NOTICE.filename, NOTICE_TEXT);
  return { storeId: store.id, fileId };
}
