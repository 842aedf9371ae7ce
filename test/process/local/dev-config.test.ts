import { existsSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

import { writeDevConfig } from "../../../scripts/local/dev-config.ts";

/** No service of the tests has this port. */
const PORT = 1;

describe("writeDevConfig", () => {
  it("declares optional secrets in a copy, and removes it", () => {
    const { path, remove } = writeDevConfig(PORT, ["LLM_API_KEY"]);
    const { secrets } = unstable_readConfig({ config: path });
    remove();

    expect(secrets?.required).toEqual(["ADMIN_KEY", "SECRETS_KEY", "LLM_API_KEY"]);
    expect(existsSync(path)).toBe(false);
  });

  it("needs no copy without them", () => {
    const { path, remove } = writeDevConfig(PORT, []);
    remove();

    expect(path).toBe("wrangler.toml");
    expect(existsSync(path)).toBe(true);
  });
});
