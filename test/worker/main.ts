import service from "../../src/index.ts";
import { checkedFetch } from "./checked-fetch.ts";

/** The service's Worker, whose answers are checked, and objects that exist only in tests. */
export * from "../../src/index.ts";
export { CrashingObject } from "./kernel/objects/crashing-object.ts";
export { EffectsObject } from "./kernel/objects/effects-object.ts";
export { KernelObject } from "./kernel/objects/kernel-object.ts";
export { RunObject } from "./runs/run-object.ts";

export default { ...service, fetch: checkedFetch(service.fetch) } satisfies ExportedHandler<Env>;
