import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

// A pool that fails to start must not let these tests pass in Node.
if (navigator.userAgent !== "Cloudflare-Workers") {
  throw new Error(`The worker tests need workerd, but this is ${navigator.userAgent}`);
}
await applyD1Migrations(env.CATALOG, env.TEST_CATALOG_MIGRATIONS);
await applyD1Migrations(env.CORPUS_0, env.TEST_CORPUS_MIGRATIONS);
await applyD1Migrations(env.CORPUS_1, env.TEST_CORPUS_MIGRATIONS);
