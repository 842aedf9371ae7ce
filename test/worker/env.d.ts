import type { D1Migration } from "cloudflare:test";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_CATALOG_MIGRATIONS: D1Migration[];
      TEST_CORPUS_MIGRATIONS: D1Migration[];
    }
  }
}
