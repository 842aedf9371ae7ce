import type { D1Migration } from "cloudflare:test";

import type { CrashingObject } from "./kernel/crashing-object.ts";
import type { EffectsObject } from "./kernel/effects-object.ts";
import type { KernelObject } from "./kernel/kernel-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_CATALOG_MIGRATIONS: D1Migration[];
      TEST_CORPUS_MIGRATIONS: D1Migration[];
      TEST_KERNELS: DurableObjectNamespace<KernelObject>;
      TEST_CRASHES: DurableObjectNamespace<CrashingObject>;
      TEST_EFFECTS: DurableObjectNamespace<EffectsObject>;
    }
  }
}
