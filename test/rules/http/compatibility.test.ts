import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, it } from "vitest";

import { renderCompatibilityPage } from "../../../scripts/docs/compatibility-page.ts";
import { DECLARATIONS } from "../../../src/http/api.ts";
import { bodyRows, queryRows, REQUEST_SHAPES } from "../../../src/http/compatibility.ts";
import { findMissing } from "../../../src/http/missing-endpoints.ts";
import { type Description, isSchema, openAiPaths } from "./openai-paths.ts";

const resolvePath = (path: string) => fileURLToPath(new URL(path, import.meta.url).href);
const OFFICIAL = resolvePath("../../../../shared/openai/openapi-subset.json");
const PAGE = resolvePath("../../../docs/compatibility.md");

/** Removes the names of parameters, which OpenAI chooses differently. */
const unnamed = (path: string) => path.replaceAll(/\{\w+\}/g, "{}");
/** Renames form fields to OpenAI's notation: `expires_after[anchor]` becomes `expires_after.anchor`. */
const renameFields = (path: string) => path.replace(/\[(\w+)\]/, ".$1");

describe("the table of compatibility", () => {
  it("matches the schemas", ({ expect }) => {
    const isFresh = readFileSync(PAGE, "utf8") === renderCompatibilityPage();
    expect(isFresh, "run npm run docs:compatibility").toBe(true);
  });

  it("has or refuses by name every endpoint of OpenAI's", ({ expect, skip }) => {
    if (!existsSync(OFFICIAL)) skip("OpenAI's description is not beside this repository");
    const description: Description = JSON.parse(readFileSync(OFFICIAL, "utf8"));
    const ours = new Set(DECLARATIONS.map(({ method, path }) => `${method} ${unnamed(path)}`));
    const theirs = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => [method.toUpperCase(), `/v1${path}`] as const),
    );
    const unknown = theirs.filter(([method, path]) => {
      const [plain = ""] = path.split("?");
      return !ours.has(`${method} ${unnamed(plain)}`) && findMissing(method, plain) === null;
    });
    expect(unknown).toEqual([]);
  });

  it("refuses no endpoint that is declared", ({ expect }) => {
    const refused = DECLARATIONS.filter(({ method, path }) => findMissing(method, path) !== null);
    expect(refused).toEqual([]);
  });

  it("lists every property of OpenAI's requests", ({ expect, skip }) => {
    if (!existsSync(OFFICIAL)) skip("OpenAI's description is not beside this repository");
    const description: Description = JSON.parse(readFileSync(OFFICIAL, "utf8"));
    const missing = Object.entries(REQUEST_SHAPES).flatMap(([endpoint, shape]) => {
      const [method = "", path = ""] = endpoint.split(" ");
      const operation = description.paths[path.slice("/v1".length)]?.[method.toLowerCase()];
      if (!operation)
        return shape.ours ? [] : [`${endpoint} is not OpenAI's: declare it as an extension`];
      const body = bodyRows(shape).map((row) => renameFields(row.path));
      const query = new Set(queryRows(shape).map((row) => row.path));
      const paths = bodySchemas(operation).flatMap((schema) =>
        openAiPaths(description, schema, shape.others ?? {}),
      );
      return [
        ...paths.filter(
          (one) => !body.some((known) => known === one || known.startsWith(`${one}.`)),
        ),
        ...queryNames(operation).filter((name) => !query.has(name)),
      ].map((one) => `${endpoint}: ${one}`);
    });
    expect(missing).toEqual([]);
  });

  // A parameter that an operation does not declare is refused.
  it("declares every query parameter of OpenAI's operations", ({ expect, skip }) => {
    if (!existsSync(OFFICIAL)) skip("OpenAI's description is not beside this repository");
    const description: Description = JSON.parse(readFileSync(OFFICIAL, "utf8"));
    const missing = DECLARATIONS.flatMap((declaration) => {
      const { method, path } = declaration;
      const operation = description.paths[path.slice("/v1".length)]?.[method.toLowerCase()] ?? {};
      const ours = new Set(queryRows(declaration).map((row) => row.path));
      const theirs = queryNames(operation).filter((name) => !ours.has(name.replace("[]", "")));
      return theirs.map((name) => `${method} ${path}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});

function bodySchemas({ requestBody }: Description["paths"][string][string]) {
  const content = isSchema(requestBody) && isSchema(requestBody["content"]);
  const types = content ? Object.values(requestBody["content"] ?? {}) : [];
  return types.flatMap((type) =>
    isSchema(type) && isSchema(type["schema"]) ? [type["schema"]] : [],
  );
}

function queryNames({ parameters }: Description["paths"][string][string]): string[] {
  const list = Array.isArray(parameters) ? parameters.filter(isSchema) : [];
  return list.filter((one) => one["in"] === "query").map((one) => String(one["name"]));
}
