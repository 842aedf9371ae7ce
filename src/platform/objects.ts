import type { VectorStoreId } from "../ids.ts";
import { objectName, type Region, type Scope, shardName } from "../knowledge/scope.ts";
import { classifyFailure } from "./failure.ts";

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 50;

/** The object `name` of a project, created near it or, for "eu", kept inside the EU. */
export function objectOf<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
  { region }: Pick<Scope, "region">,
  name: string,
): DurableObjectStub<Class> {
  if (region === "auto") return namespace.getByName(name);
  if (region === "eu") return insideEu(namespace).getByName(name);
  return namespace.getByName(name, { locationHint: hintOf(region) });
}

/** A laptop has no jurisdictions: there the name, which carries the region, keeps the objects apart. */
function insideEu<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
): DurableObjectNamespace<Class> {
  try {
    return namespace.jurisdiction("eu");
  } catch (error) {
    if (error instanceof Error && error.message.includes("not implemented in workerd")) {
      return namespace;
    }
    throw error;
  }
}

export const vectorStoreOf = (env: Env, scope: Scope, storeId: VectorStoreId) =>
  objectOf(env.VECTOR_STORES, scope, objectName(scope, storeId));

export const searchShardOf = (
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  generation: number,
  number: number,
) => objectOf(env.SEARCH_SHARDS, scope, shardName(scope, storeId, generation, number));

/**
 * Makes a call that may safely be made twice, again when the platform failed. Each attempt takes a fresh
 * stub, because one that broke stays broken; an overloaded object is not asked again.
 */
export async function withFreshStub<Stub, Value>(
  stub: () => Stub,
  call: (stub: Stub) => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(stub());
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || classifyFailure(error) !== "transient") throw error;
      await scheduler.wait(Math.random() * PAUSE_MS * 2 ** attempt);
    }
  }
}

const hintOf = (region: Exclude<Region, "auto" | "eu">): DurableObjectLocationHint => region;
