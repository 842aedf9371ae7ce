import { call } from "../../api/client.ts";
import type { VectorStore } from "../../api/operations.ts";
import { useParam } from "../../state/address.ts";
import { useStores } from "../../state/stores.ts";
import type { AskOptions } from "../../state/thread.ts";
import { readWhere } from "../../state/where.ts";

/** The choices of the screen, all kept in the address. */
export type AskChoices = {
  /** The project's stores; undefined until they are known. */
  readonly stores: readonly VectorStore[] | undefined;
  /** Reads the stores again. */
  readonly reload: () => void;
  readonly chosen: readonly string[];
  readonly choose: (ids: readonly string[]) => void;
  readonly model: string;
  readonly setModel: (id: string) => void;
  /** The conditions for attributes, a line each, such as `department = people`. */
  readonly where: string;
  readonly setWhere: (text: string) => void;
};

const NONE = "none";

/** Reads the choices of the screen. Without a choice, the newest store is searched. */
export function useAskOptions(): AskChoices {
  const { value: stores, first, reload } = useStores();
  const [text, setText] = useParam("stores");
  const [model, setModel] = useParam("model");
  const [where, setWhere] = useParam("where");
  const standard = first === undefined ? [] : [first];
  const chosen = text === "" ? standard : text === NONE ? [] : text.split(",");
  const choose = (ids: readonly string[]) => setText(ids.length === 0 ? NONE : ids.join(","));
  return { stores, reload, chosen, choose, model, setModel, where, setWhere };
}

/** Returns the choices as a question takes them. A question that is asked before the stores are known waits for them. */
export async function readOptions(choices: AskChoices): Promise<AskOptions> {
  const { stores, chosen, model, where } = choices;
  const isKnown = stores !== undefined || chosen.length > 0;
  return {
    stores: isKnown ? chosen : await readNewest(),
    model: model === "" ? null : model,
    filters: readWhere(where),
  };
}

async function readNewest(): Promise<readonly string[]> {
  const page = await call("GET /v1/vector_stores", { query: { limit: 1 } });
  return page.data.map(({ id }) => id);
}
