import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

const Listed = z.object({ prefix: z.string() });
const Messages = z.array(z.object({ body: z.unknown() }));

type Namespace = typeof env.RUNS;
type Method<Name extends "getByName" | "idFromName"> = (
  this: object,
  ...args: Parameters<Namespace[Name]>
) => ReturnType<Namespace[Name]>;

/** Returns the name of the binding that is a namespace, a database, a bucket or a queue. */
const nameBinding = (binding: object): string =>
  Object.entries(env).find(([, value]: [string, unknown]) => value === binding)?.[0] ?? "unknown";

/** The namespaces of the service's objects. Tests have more, which hold nothing of the service. */
const namespaces = () => [
  env.CONVERSATIONS,
  env.VECTOR_STORES,
  env.SEARCH_SHARDS,
  env.CIRCUIT_BREAKERS,
  env.RUNS,
  env.SCHEDULES,
  env.RESPONSE_SOCKETS,
  env.LANES,
  env.EMBEDDING_CACHES,
];

/** An object that was addressed: its namespace, and the jurisdiction through which it was; null if through none. */
type Addressed = {
  readonly namespace: string;
  readonly jurisdiction: string | null;
  readonly name: string;
};

/**
 * Gives the namespaces of workerd jurisdictions as Cloudflare has them until the test ends: a name is another object in
 * each, so nothing that is written inside is found from outside. Records each object that is addressed.
 */
export function watchObjects() {
  const addressed: Addressed[] = [];
  // One prototype serves every namespace, also those that objects and consumers have.
  const prototype: Namespace = Object.getPrototypeOf(env.RUNS);
  const getByName: Method<"getByName"> = Reflect.get(prototype, "getByName");
  const idFromName: Method<"idFromName"> = Reflect.get(prototype, "idFromName");
  const note = (namespace: Namespace, jurisdiction: string | null, name: string) => {
    addressed.push({ namespace: nameBinding(namespace), jurisdiction, name });
    return jurisdiction === null ? name : `${jurisdiction}|${name}`;
  };
  vi.spyOn(prototype, "jurisdiction").mockImplementation(function (this: Namespace, jurisdiction) {
    const inside = {
      idFromName: (name: string) => idFromName.call(this, note(this, jurisdiction, name)),
      getByName: (name: string) => getByName.call(this, note(this, jurisdiction, name)),
      get: this.get.bind(this),
    };
    return new Proxy(this, { get: (_whole, key): unknown => Reflect.get(inside, key) });
  });
  vi.spyOn(prototype, "getByName").mockImplementation(function (this: Namespace, name, options) {
    return getByName.call(this, note(this, null, name), options);
  });
  vi.spyOn(prototype, "idFromName").mockImplementation(function (this: Namespace, name) {
    return idFromName.call(this, note(this, null, name));
  });
  const before = listAll();
  return {
    addressed,
    /** Lists the objects that were made since, other than those that were addressed through the jurisdiction. */
    listOutside: async (jurisdiction: string) => {
      const existed = new Set(await before);
      const names = addressed
        .filter((one) => one.jurisdiction === jurisdiction)
        .map(({ name }) => `${jurisdiction}|${name}`);
      const inside = new Set(
        namespaces().flatMap((namespace) =>
          names.map((name) => String(idFromName.call(namespace, name))),
        ),
      );
      return (await listAll()).filter((id) => !inside.has(id) && !existed.has(id));
    },
  };
}

/** Lists the ids of all objects, also of those that earlier tests have made in this workerd. */
async function listAll(): Promise<string[]> {
  const lists = namespaces().map(async (namespace) => await listDurableObjectIds(namespace));
  return (await Promise.all(lists)).flat().map(String);
}

/** Records the databases, buckets and queues that are used, and what is sent to the queues, until the test ends. */
export function watchStorage() {
  const used = new Set<string>();
  const keys: string[] = [];
  const sent: { readonly body: unknown }[] = [];
  const watch = (binding: object, methods: readonly string[], note: (args: unknown[]) => void) => {
    const prototype: Record<string, (...args: unknown[]) => unknown> =
      Object.getPrototypeOf(binding);
    for (const method of methods) {
      const original = prototype[method];
      if (!original) throw new Error(`The binding has no method ${method}`);
      vi.spyOn(prototype, method).mockImplementation(function (this: object, ...args) {
        used.add(nameBinding(this));
        note(args);
        return original.apply(this, args);
      });
    }
  };
  watch(env.CATALOG, ["prepare", "batch", "exec", "withSession"], () => {});
  watch(env.FILES, ["put", "get", "head", "delete", "createMultipartUpload"], ([key]) => {
    keys.push(...[key].flat().map(String));
  });
  watch(env.FILES, ["list"], ([options]) => keys.push(Listed.parse(options).prefix));
  watch(env.INGEST, ["send"], ([body]) => sent.push({ body }));
  watch(env.INGEST, ["sendBatch"], ([messages]) => sent.push(...Messages.parse(messages)));
  return { used, keys, sent };
}

/** Records the hosts that `fetch` asks until the test ends. */
export function watchFetch(): Set<string> {
  const hosts = new Set<string>();
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
    hosts.add(new URL(input instanceof Request ? input.url : input).host);
    return fetch(input, init);
  });
  return hosts;
}
