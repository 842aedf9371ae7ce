import { describe, expect, it } from "vitest";

import { listModelsInUse, readLogLevel, readOrigins, readSettings } from "../../src/env.ts";

describe("readSettings", () => {
  it("reads empty variables as unset", () => {
    expect(readSettings({ EDITION: "embedded", LLM_BASE_URL: "", LLM_MODEL: "" })).toMatchObject({
      LLM_BASE_URL: null,
      LLM_MODEL: null,
      ADMIN_KEY: null,
      SECRETS_KEY: null,
      JURISDICTION: null,
      HTTP_DNS_URL: "https://cloudflare-dns.com/dns-query",
      LOG_LEVEL: "info",
      SEARCH_SHARD_CHUNKS_MAX: 200_000,
      SHARD_SPLIT_CHUNKS_MAX: 1_000_000,
      SEARCH_FOLLOWERS_MAX: 3,
      VECTORIZE_CHUNKS_MIN: 100_000,
    });
  });

  it.each([
    [{ LLM_MODEL: "llama3" }, "LLM_MODEL: llama3 needs LLM_BASE_URL"],
    [{ EMBEDDING_MODEL: "@cf/baai/bge-m3" }, "EMBEDDING_MODEL: @cf/baai/bge-m3 needs"],
    [{ LLM_BASE_URL: "localhost:11434" }, "LLM_BASE_URL:"],
    [{ SEARCH_SHARD_CHUNKS_MAX: "many" }, "SEARCH_SHARD_CHUNKS_MAX:"],
    [{ SHARD_SPLIT_CHUNKS_MAX: "-1" }, "SHARD_SPLIT_CHUNKS_MAX:"],
    [{ SECRETS_KEY: "too short" }, "SECRETS_KEY:"],
    [{ SECRETS_KEY_PREVIOUS: "too short" }, "SECRETS_KEY_PREVIOUS:"],
    [{ RECOVERY: "yes" }, "RECOVERY:"],
    [{ HTTP_DNS_URL: "1.1.1.1" }, "HTTP_DNS_URL:"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL:"],
    [{ CORS_ORIGINS: "app.example.com" }, "CORS_ORIGINS: 'app.example.com' is not an origin"],
    [{ CORS_ORIGINS: "https://app.example.com/" }, "write scheme, host and port only"],
    [{ EDITION: "home" }, "EDITION:"],
    [{ JURISDICTION: "de" }, "JURISDICTION:"],
  ])("says what is wrong with %o", (wrong, message) => {
    expect(() => readSettings({ EDITION: "embedded", ...wrong })).toThrow(message);
  });

  it("accepts Workers AI without an address in production", () => {
    const settings = { EDITION: "production", LLM_MODEL: "@cf/meta/llama-4" };

    expect(readSettings(settings).LLM_MODEL).toBe("@cf/meta/llama-4");
  });
});

describe("listModelsInUse", () => {
  const unset = { LLM_MODEL: null, EMBEDDING_MODEL: null };
  const glm = "@cf/zai-org/glm-4.7-flash";
  const gemma = "@cf/google/gemma-4-26b-a4b-it";
  const qwen = "@cf/qwen/qwen3-embedding-0.6b";

  it.each([
    ["embedded", unset, ["extractive-1"], ["hash-1"]],
    ["production", unset, [glm, gemma, "extractive-1"], [qwen, "hash-1"]],
    ["production", { ...unset, LLM_MODEL: "m" }, ["m", "extractive-1"], [qwen, "hash-1"]],
    [
      "production",
      { LLM_MODEL: "extractive-1", EMBEDDING_MODEL: "hash-1" },
      ["extractive-1"],
      ["hash-1"],
    ],
    ["embedded", { LLM_MODEL: "m", EMBEDDING_MODEL: "e" }, ["m", "extractive-1"], ["e", "hash-1"]],
  ] as const)("lists those of the edition %s with %o", (EDITION, named, answering, embedding) => {
    const settings = { EDITION, JURISDICTION: null, ...named };
    expect(listModelsInUse(settings)).toEqual({ answering, embedding });
  });

  it.each([
    [unset, ["extractive-1"], ["hash-1"]],
    [{ LLM_MODEL: glm, EMBEDDING_MODEL: qwen }, [glm, "extractive-1"], [qwen, "hash-1"]],
  ])(
    "lists no model of Workers AI that is not named inside a jurisdiction, with %o",
    (named, answering, embedding) => {
      const settings = { EDITION: "production", JURISDICTION: "eu", ...named } as const;
      expect(listModelsInUse(settings)).toEqual({ answering, embedding });
    },
  );
});

describe("readOrigins", () => {
  it.each([
    [{}, []],
    [{ CORS_ORIGINS: "" }, []],
    [{ CORS_ORIGINS: "*" }, ["*"]],
    [
      { CORS_ORIGINS: "https://a.com, http://localhost:3000" },
      ["https://a.com", "http://localhost:3000"],
    ],
    [{ CORS_ORIGINS: "a.com" }, []],
  ])("reads %o", (env, origins) => {
    expect(readOrigins(env)).toEqual(origins);
  });
});

describe("readLogLevel", () => {
  it.each([
    [{ LOG_LEVEL: "debug" }, "debug"],
    [{ LOG_LEVEL: "" }, "info"],
    [{ LOG_LEVEL: "loud" }, "info"],
    [{}, "info"],
  ])("reads %o as %s", (env, level) => {
    expect(readLogLevel(env)).toBe(level);
  });
});
