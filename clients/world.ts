import OpenAI, { toFile } from "openai";

/** Where the calls go, and what is there before the first one. */
export type World = {
  /** Address of the API, ending in `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly openai: OpenAI;
  /** A store with two files. */
  readonly storeId: string;
  /** The file of the store that answers the first turn. */
  readonly fileId: string;
  /** A store that answers as a model, for clients that know only models, by the default model of its project. */
  readonly storeModels: Readonly<Record<string, StoreModel>>;
};

/** The name of a store as a model, and the key of its project. */
type StoreModel = { readonly model: string; readonly apiKey: string };

/** Finds the store that answers as a model in the project whose default is `model`. */
export function storeModel({ storeModels }: World, model: string): StoreModel {
  const found = storeModels[model];
  if (!found) throw new Error(`No project has the default model ${model}.`);
  return found;
}

/** The built-in model, which quotes documents. */
export const BUILT_IN = "extractive-1";
/** The model of the scripted server: what it does is named at the end of the question, such as `#calls-function`. */
export const SCRIPTED = "scripted";
/** A question, the words of its answer, and the file that has it. */
export type Turn = {
  readonly question: string;
  readonly answer: RegExp;
  readonly filename: string;
};
/** The first turn of a conversation. */
export const LEAVE: Turn = {
  question: "How many days of annual leave do employees have?",
  answer: /30 days/,
  filename: "leave.md",
};
/** The second turn. */
export const NOTICE: Turn = {
  question: "How much notice must employees give before annual leave?",
  answer: /two weeks/,
  filename: "notice.md",
};

const LEAVE_TEXT = "Employees have 30 days of annual leave.\n";
const NOTICE_TEXT = "Employees must give two weeks of notice before annual leave.\n";

/** A Markdown file for an upload. */
export const markdown = (name: string, text = LEAVE_TEXT) =>
  toFile(new TextEncoder().encode(text), name, { type: "text/markdown" });

/** Interval of polling helpers, in milliseconds. */
export const POLL = { pollIntervalMs: 50 } as const;

/**
 * Makes a project with a filled store for each model, which is the default of its project. The main one, whose default
 * is the scripted model, also lists its stores as models.
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
