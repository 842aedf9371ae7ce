import type { D1Migration } from "cloudflare:test";

import type { CrashingObject } from "./kernel/objects/crashing-object.ts";
import type { EffectsObject } from "./kernel/objects/effects-object.ts";
import type { KernelObject } from "./kernel/objects/kernel-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_CATALOG_MIGRATIONS: D1Migration[];
      TEST_CORPUS_MIGRATIONS: D1Migration[];
      /** `ACCOUNT_ID:API_TOKEN` of an account with Workers AI, or empty. */
      TEST_WORKERS_AI: string;
      TEST_KERNELS: DurableObjectNamespace<KernelObject>;
      TEST_CRASHES: DurableObjectNamespace<CrashingObject>;
      TEST_EFFECTS: DurableObjectNamespace<EffectsObject>;
    }
  }
}
