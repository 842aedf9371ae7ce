import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, it } from "vitest";

import { DECLARATIONS } from "../../../src/http/api.ts";
import type { Declaration } from "../../../src/http/route/declaration.ts";
import { describeApi, operationIdOf } from "../../../src/http/route/describe-api.ts";

const formatName = ({ method, path }: Declaration) => `${method} ${path}`;

/** Lists the problems of a declaration's examples. An undeclared property is a problem. */
function findMistakes(declaration: Declaration): string[] {
  const { body, bodyType, response, query, example } = declaration;
  const cases = [
    { part: "body", schema: bodyType ? undefined : body, value: example.body },
    { part: "response", schema: response, value: example.response },
    { part: "query", schema: example.query && query, value: example.query },
  ];
  return cases.flatMap(({ part, schema, value }) => {
    if (!schema) return [];
    const parsed = schema.safeParse(value);
    return parsed.success
      ? []
      : [`${formatName(declaration)}: the example of its ${part}: ${parsed.error.message}`];
  });
}

describe("the API description", () => {
  it("is valid OpenAPI", async ({ expect }) => {
    const { valid, errors } = await new Validator().validate(describeApi(DECLARATIONS));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it("refers only to schemas that it has", ({ expect }) => {
    const text = JSON.stringify(describeApi(DECLARATIONS));
    const { components }: { components: { schemas: object } } = JSON.parse(text);
    const names = new Set(Array.from(text.matchAll(/"\$ref":"([^"]*)"/g), ([, name = ""]) => name));
    const known = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);

    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has every operation once, under a unique name", ({ expect }) => {
    const names = DECLARATIONS.map(formatName);
    const ids = DECLARATIONS.map(operationIdOf);

    expect(names).toEqual([...new Set(names)]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("shows examples that match the schemas", ({ expect }) => {
    expect(DECLARATIONS.flatMap(findMistakes)).toEqual([]);
  });

  it("describes every parameter in a path", ({ expect }) => {
    const missing = DECLARATIONS.flatMap((declaration) => {
      const inPath = Array.from(declaration.path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? "");
      const declared = Object.keys(declaration.params ?? {});
      const differs = inPath.toSorted().join() !== declared.toSorted().join();
      return differs ? [`${formatName(declaration)} declares ${declared.join()}`] : [];
    });
    expect(missing).toEqual([]);
  });

  it("describes every success: a JSON body, or another form of it", ({ expect }) => {
    const silent = DECLARATIONS.filter(({ response, media = [] }) => !response && !media.length);
    expect(silent.map(formatName)).toEqual([]);
  });
});
