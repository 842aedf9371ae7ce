import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, it } from "vitest";
import { z } from "zod";

import { TEMPLATE_DEPTH_MAX } from "../../../src/bounds.ts";
import { PAYLOAD_BYTES_MAX } from "../../../src/http/runs/signal-param.ts";
import { LOCAL_IN_FLIGHT_MAX } from "../../../src/kernel/engine/claims.ts";
import { ITEMS_MAX } from "../../../src/kernel/ledger/map-items.ts";
import { DEPTH_MAX } from "../../../src/kernel/ledger/native-waits.ts";
import { STEPS_IN_TREE_MAX } from "../../../src/kernel/ledger/run-store.ts";
import { durationMs } from "../../../src/kernel/rules/duration.ts";
import { EVENT_TYPES } from "../../../src/kernel/rules/run/event.ts";
import { SignalWith, SleepWith } from "../../../src/kernel/rules/run/native-wait.ts";
import { RUN_INPUT_BYTES_MAX } from "../../../src/kernel/rules/run/run-input.ts";
import { SIGNALS_MAX } from "../../../src/kernel/rules/run/signal.ts";
import { OUTPUT_BYTES_MAX } from "../../../src/kernel/rules/step/step-outcome.ts";
import { HUMAN_MS_MAX, PAUSED_MS_MAX } from "../../../src/kernel/rules/step/step-state.ts";
import { CUSTOMER_SERVICE } from "../../../src/workflow/built-in/customer-service.ts";
import { compileWorkflow } from "../../../src/workflow/compile/compile-workflow.ts";
import { NATIVE_STEPS } from "../../../src/workflow/compile/step-types.ts";
import { toDefinition } from "../../../src/workflow/compile/to-definition.ts";
import {
  BODY_BYTES_MAX,
  FALLBACKS_MAX,
  STEPS_MAX,
  WorkflowBody,
} from "../../../src/workflow/compile/workflow-body.ts";
import { SUBWORKFLOWS_MAX } from "../../../src/workflow/find-workflow.ts";
import { SOURCE_CHARACTERS_MAX } from "../../../src/workflow/language/cel-program.ts";
import { renderMermaid } from "../../../src/workflow/mermaid.ts";
import { ANSWERING_STEP_TYPES } from "../../../src/workflow/steps/answering-steps.ts";
import { EXTERNAL_STEP_TYPES } from "../../../src/workflow/steps/external-step-types.ts";

const readPage = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url).href), "utf8");
const PAGE = readPage("workflows.md");
const SCHEMAS = { ...ANSWERING_STEP_TYPES, ...EXTERNAL_STEP_TYPES };

/** Returns the rows of the table under a heading, by their first cell. */
function rowsUnder(heading: string): Map<string, readonly string[]> {
  const [, section = ""] = PAGE.split(`\n## ${heading}\n`);
  const [beforeNext = ""] = section.split("\n## ");
  const rows = [...beforeNext.matchAll(/^\| (?!---)(.+) \|$/gm)].slice(1);
  return new Map(
    rows.map(([, row = ""]) => {
      const [first = "", ...cells] = row.split(" | ");
      return [first.replaceAll("`", ""), cells];
    }),
  );
}

const listMembers = (schema: z.ZodType) =>
  Object.keys(schema instanceof z.ZodObject ? schema.shape : {});

function readRetry(text: string) {
  const [attemptsMax, base = "", cap = ""] = text.split(", ");
  return { attemptsMax: Number(attemptsMax), baseMs: durationMs(base), capMs: durationMs(cap) };
}

const byName = (one: string, other: string) => (one < other ? -1 : 1);

describe("docs/workflows.md", () => {
  it("has every field of a step with its default", ({ expect }) => {
    const fields = rowsUnder("Fields of a step");
    const { a } = toDefinition("w", {
      steps: { a: { use: "transform@1", map: { over: "[]" } } },
    }).steps;
    const { b } = toDefinition("w", {
      steps: { b: { use: "transform@1", lane: "interactive" } },
    }).steps;
    const readCell = (field: string) => (fields.get(field)?.at(-1) ?? "").replaceAll("`", "");
    const [all = "", interactive = ""] = readCell("retry").split("; in the lane interactive ");
    const [attempt = "", total = "", queue = ""] = readCell("timeout").split(", ");
    const { valueType } = WorkflowBody.shape.steps;
    expect([...fields.keys()].toSorted()).toEqual(listMembers(valueType).toSorted());
    expect(readCell("map")).toBe(`concurrency ${a?.map?.concurrency}`);
    expect(readRetry(all)).toEqual(a?.retry);
    expect(readRetry(interactive)).toEqual(b?.retry);
    expect({ attemptMs: durationMs(attempt), totalMs: durationMs(total) }).toEqual(a?.timeout);
    expect(queue).toBe("none");
    expect([readCell("trigger"), readCell("lane"), readCell("on_exhausted")]).toEqual([
      "all_success",
      "default",
      "fail",
    ]);
    expect(PAGE).toContain(`within ${HUMAN_MS_MAX / 3_600_000} hours`);
    expect(PAGE).toContain(`After ${PAUSED_MS_MAX / 86_400_000} days it fails`);
  });

  it("has every step type with the members of its with", ({ expect }) => {
    const documented = Array.from(rowsUnder("Step types"), ([type, [members = ""]]) => [
      type,
      Array.from(members.matchAll(/`([a-z_]+)`/g), ([, name = ""]) => name).toSorted(byName),
    ]);
    const natives = Object.entries(NATIVE_STEPS).map(([use, { with: schema }]) => [use, schema]);
    const known = [...Object.entries(SCHEMAS), ...natives].map(([use, schema]) => [
      use,
      schema instanceof z.ZodType ? listMembers(schema).toSorted(byName) : [],
    ]);

    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(known));
  });

  it.for([
    ["http@1", SCHEMAS["http@1"].parse({ url: "https://example.com" })],
    ["sql@1", SCHEMAS["sql@1"].parse({ query: "SELECT 1" })],
    ["signal@1", NATIVE_STEPS["signal@1"].with.parse({ name: "go" })],
  ] as const)("states the defaults of %s", ([type, defaults], { expect }) => {
    const [members = ""] = rowsUnder("Step types").get(type) ?? [];
    const documented = Object.fromEntries(
      Array.from(members.matchAll(/`([a-z_]+)`\? \(([\w,]+)/g), ([, name, value = ""]) => [
        name,
        durationMs(value) ?? (/^[\d,]+$/.test(value) ? Number(value.replaceAll(",", "")) : value),
      ]),
    );
    const scalars = Object.entries(defaults).filter(
      ([name, value]) => typeof value !== "object" && !["url", "query", "name"].includes(name),
    );

    expect(documented).toMatchObject(Object.fromEntries(scalars));
  });

  it("states all limits", ({ expect }) => {
    const documented = Array.from(rowsUnder("Limits"), ([what, [number = ""]]) => [what, number]);

    expect(
      Object.fromEntries(documented),
      "Correct the table under Limits in docs/workflows.md, or this list when a limit is new.",
    ).toEqual({
      "steps of a workflow": numberText(STEPS_MAX),
      "JSON of a workflow": `${BODY_BYTES_MAX / 1_024} KB`,
      "depth of JSON in with and output": numberText(TEMPLATE_DEPTH_MAX),
      "characters of an expression": numberText(SOURCE_CHARACTERS_MAX),
      "fallbacks of a step": numberText(FALLBACKS_MAX),
      "items of a map": numberText(ITEMS_MAX),
      "bytes of an output, and of all outputs of a map together": numberText(OUTPUT_BYTES_MAX),
      "bytes of a run's input": numberText(RUN_INPUT_BYTES_MAX),
      "bytes of a signal's payload": numberText(PAYLOAD_BYTES_MAX),
      "signals that a run keeps": numberText(SIGNALS_MAX),
      "sub-workflows of a run, different ones": numberText(SUBWORKFLOWS_MAX),
      "workflows within each other": numberText(DEPTH_MAX),
      "steps and items of a run and of all runs under it": numberText(STEPS_IN_TREE_MAX),
      "attempts of one step type under way in a run": numberText(LOCAL_IN_FLIGHT_MAX),
      "what an expression may do": expect.stringMatching(/^about 50 ms/),
      // Limits in schemas; the next test checks them.
      "attempts of a step": expect.any(String),
      "items of a map under way, with concurrency": expect.any(String),
      timeout: expect.any(String),
      "sleep@1 and signal@1": expect.any(String),
    });
  });

  it.for([
    ["attempts of a step", (max: number) => takesStep({ retry: { attempts: max } })],
    [
      "items of a map under way, with concurrency",
      (max: number) => takesStep({ map: { over: "[]", concurrency: max } }),
    ],
    ["timeout", (max: number) => takesStep({ timeout: { total: `${max}d` } })],
    ["sleep@1 and signal@1", (max: number) => SleepWith.safeParse({ for: `${max}d` }).success],
    [
      "sleep@1 and signal@1",
      (max: number) => SignalWith.safeParse({ name: "go", timeout: `${max}d` }).success,
    ],
  ] as const)("states the maximum of %s", ([what, takes], { expect }) => {
    const max = Number.parseInt(rowsUnder("Limits").get(what)?.[0] ?? "", 10);
    const message = `docs/workflows.md says ${max} under Limits; write the maximum of the schema.`;
    expect([takes(max), takes(max + 1)], message).toEqual([true, false]);
  });

  it("states the maximum of sleep@1 in both places", ({ expect }) => {
    const [members = ""] = rowsUnder("Step types").get("sleep@1") ?? [];
    expect(members).toContain(`up to ${rowsUnder("Limits").get("sleep@1 and signal@1")?.[0]}`);
  });

  it("has every type of event", ({ expect }) => {
    expect(
      [...rowsUnder("Events").keys()].toSorted(),
      "Each type in EVENT_TYPES has a row in the table under Events in docs/workflows.md: | `type` | when | members of `detail` |",
    ).toEqual(EVENT_TYPES.toSorted());
  });
});

describe("docs/customer-service.md", () => {
  it("shows the actual graph", ({ expect }) => {
    const { name, ...body } = CUSTOMER_SERVICE;
    const types = Object.entries(SCHEMAS).map(([use, schema]) => [use, { with: schema }]);
    const definition = compileWorkflow(name, body, Object.fromEntries(types));
    if (!definition.ok) throw new Error(JSON.stringify(definition.error));

    const [, shown] = /```mermaid\n([^]*?)```/.exec(readPage("customer-service.md")) ?? [];
    expect(shown).toBe(renderMermaid(definition.value));
  });
});

const takesStep = (fields: object) =>
  WorkflowBody.safeParse({ steps: { a: { use: "transform@1", ...fields } } }).success;

const numberText = (value: number) => value.toLocaleString("en");
