import type { Dice } from "./dice.ts";
import { type Draft, setHeader, setJson } from "./draft.ts";
import type { Api, Operation } from "./operations.ts";
import { Values } from "./values.ts";
import type { Ids, World } from "./world.ts";

/** The key in the ids of the API's examples. */
const EXAMPLE_ID = /\b(?:vs_|file-|resp_|conv_|run_|sched_|vsfb_)01k8v3q7cde4f6g8h0jkmnpq\w*/g;
const KIND_BY_PREFIX: Readonly<Record<string, string>> = {
  vs_: "vector_stores:vector_store_id",
  "file-": "files:file_id",
  resp_: "responses:response_id",
  conv_: "conversations:conversation_id",
  run_: "runs:run_id",
  sched_: "schedules:schedule_id",
  vsfb_: "vector_stores:batch_id",
};
/** The kind of the ids that a property of a body holds. */
const KIND_BY_PROPERTY: Readonly<Record<string, string>> = {
  file_id: "files:file_id",
  vector_store_id: "vector_stores:vector_store_id",
  conversation: "conversations:conversation_id",
  previous_response_id: "responses:response_id",
  workflow: "workflows:name",
  model: "models:model",
};
const TEXT_BY_PROPERTY: Readonly<Record<string, string>> = {
  cron: "0 9 1 1 *",
  time_zone: "Europe/Berlin",
  query: "How many days of leave?",
  input: "How many days of leave?",
  content: "How many days of leave?",
  use: "signal@1",
};

/** Makes valid requests for operations of the API, from the examples and schemas of its description. */
export class Requests {
  readonly #api: Api;
  readonly #world: World;
  readonly #dice: Dice;

  constructor(api: Api, world: World, dice: Dice) {
    this.#api = api;
    this.#world = world;
    this.#dice = dice;
  }

  /** Makes a valid request for an operation. */
  make(operation: Operation): Draft {
    const { method, access } = operation;
    const draft: Draft = {
      method,
      path: this.#path(operation),
      query: this.#query(operation),
      headers: [],
      body: null,
      json: undefined,
      framing: "length",
      isForPlatform: false,
    };
    if (access !== "public") {
      setHeader(draft, "authorization", `Bearer ${this.#world.keys[access]}`);
    }
    this.#addBody(draft, operation);
    return draft;
  }

  #path({ path, method, params }: Operation): string {
    const collection = path.split("/")[2] ?? "";
    const isLast = (name: string) => path.includes(`{${name}}`) && params.at(-1)?.name === name;
    return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const ids = this.#world.ids[`${collection}:${name}`];
      const example = params.find((param) => param.name === name)?.example ?? "x";
      const ends = method === "DELETE" || /\/(?:cancel|archive)$/.test(path);
      return this.#pickId(ids, { example, mayEnd: ends && isLast(name) });
    });
  }

  #pickId(
    ids: Ids | undefined,
    { example, mayEnd }: { readonly example: string; readonly mayEnd: boolean },
  ): string {
    const dice = this.#dice;
    if (!ids || dice.chance(0.05)) return example;
    if (ids.others.length > 0 && dice.chance(0.08)) return dice.pick(ids.others);
    // What ends an object takes the last one only, so that the others live until the end of the round.
    return mayEnd ? (ids.own.at(-1) ?? example) : dice.pick(ids.own);
  }

  #query(operation: Operation): [string, string][] {
    const wanted = operation.query.filter(() => this.#dice.chance(0.3));
    return wanted.map(({ name, schema }) => {
      const value = this.#values(operation).make(schema, name);
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [name, encodeURIComponent(text)];
    });
  }

  #addBody(draft: Draft, operation: Operation): void {
    const { body } = operation;
    if (!body) return;
    if (body.type === "multipart/form-data") {
      setHeader(draft, "content-type", "multipart/form-data; boundary=x");
      draft.body = Buffer.from(MULTIPART);
      return;
    }
    setHeader(draft, "content-type", body.type);
    const isExample = body.example !== undefined && this.#dice.chance(0.5);
    const value = isExample ? body.example : this.#values(operation).make(body.schema);
    const text = JSON.stringify(value).replaceAll(EXAMPLE_ID, (id) => {
      const prefix = /^[a-z]+[-_]/.exec(id)?.[0] ?? "";
      const own = this.#world.ids[KIND_BY_PREFIX[prefix] ?? ""]?.own;
      return own ? this.#dice.pick(own) : id;
    });
    setJson(draft, JSON.parse(text));
  }

  #values({ path }: Operation): Values {
    return new Values(this.#dice, this.#api.schemas, (property) => {
      // A response waits as long as the run of its workflow does, unless it is made in the background.
      if (property === "workflow" && path === "/v1/responses") return this.#world.endingWorkflow;
      const ids = this.#world.ids[KIND_BY_PROPERTY[property] ?? ""];
      return ids && this.#dice.chance(0.8)
        ? this.#dice.pick(ids.own)
        : (TEXT_BY_PROPERTY[property] ?? null);
    });
  }
}

const MULTIPART = [
  '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n',
  '--x\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n',
  "content-type: text/markdown\r\n\r\nEmployees have 30 days of leave.\r\n--x--\r\n",
].join("");
