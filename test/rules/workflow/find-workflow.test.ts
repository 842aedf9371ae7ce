import { describe, it } from "vitest";
import { z } from "zod";

import { compileWorkflow } from "../../../src/workflow/compile/compile-workflow.ts";
import type { WorkflowBody } from "../../../src/workflow/compile/workflow-body.ts";
import {
  findSubworkflows,
  findWorkflow,
  type FindWorkflowDeps,
} from "../../../src/workflow/find-workflow.ts";
import { parseReference, type StoredWorkflow } from "../../../src/workflow/stored-workflow.ts";

const STEP_TYPES = { "transform@1": { with: z.strictObject({ value: z.unknown() }) } };
const DONE = { use: "transform@1", with: { value: 1 } };
const starts = (...workflows: string[]): WorkflowBody => ({
  steps: Object.fromEntries(
    workflows.map((workflow, n) => [`s${n}`, { use: "workflow@1", with: { workflow } }]),
  ),
});

function stored(name: string, body: WorkflowBody, version = 1): StoredWorkflow {
  const definition = compileWorkflow(name, body, STEP_TYPES);
  if (!definition.ok) throw new Error(JSON.stringify(definition.error));
  const about = { id: "wf_x", name, version, hash: "", description: null, createdAt: 0 } as const;
  return { ...about, body, definition: definition.value };
}

/** A project that has these workflows, in a service with a built-in workflow `answer`. */
function createDeps(
  ...own: readonly StoredWorkflow[]
): FindWorkflowDeps & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    stepTypes: STEP_TYPES,
    builtIns: { answer: { description: "Ours", body: { steps: { a: DONE } } } },
    find: async (name, version) => {
      asked.push(version === null ? name : `${name}@${version}`);
      const versions = own.filter((one) => one.name === name);
      if (version === null) return versions.at(-1) ?? null;
      return versions.find((one) => one.version === version) ?? null;
    },
  };
}

describe("findWorkflow", () => {
  it("prefers a project's own workflow to the built-in one", async ({ expect }) => {
    const own = stored("answer", { steps: { mine: DONE } });
    const [ours, theirs] = [createDeps(), createDeps(own)];
    const reference = { name: "answer", version: null };

    expect(await findWorkflow(ours, reference)).toMatchObject({ version: 0, description: "Ours" });
    expect(await findWorkflow(theirs, reference)).toBe(own);
    expect(await findWorkflow(ours, { name: "answer", version: 1 })).toBeNull();
    expect(await findWorkflow(ours, { name: "constructor", version: null })).toBeNull();
  });
});

describe("findSubworkflows", () => {
  it("finds the workflows that steps start, directly or indirectly, each once", async ({
    expect,
  }) => {
    const deps = createDeps(
      stored("a", starts("b", "c@2")),
      stored("b", starts("c@2", "answer", "a")),
      stored("c", { steps: { a: DONE } }, 2),
    );
    const top = stored("top", starts("a", "b"));

    const found = await findSubworkflows(deps, top.definition);

    expect(found.ok && Object.keys(found.value).toSorted()).toEqual(["a", "answer", "b", "c@2"]);
    expect(deps.asked.toSorted()).toEqual(["a", "answer", "b", "c@2"]);
  });

  it("refuses an endless chain, and names a missing workflow", async ({ expect }) => {
    const chain = Array.from({ length: 30 }, (_none, n) => stored(`w${n}`, starts(`w${n + 1}`)));
    const [first] = chain;
    const long = await findSubworkflows(createDeps(...chain), first?.definition ?? chainEnd);
    const missing = await findSubworkflows(createDeps(), stored("top", starts("gone")).definition);

    expect(long).toMatchObject({ ok: false, error: { code: "invalid_request" } });
    expect(missing).toMatchObject({
      ok: false,
      error: {
        code: "workflow_not_found",
        message:
          "The step 's0' of 'top' starts the workflow 'gone', which does not exist. Save it first.",
      },
    });
  });
});

const chainEnd = stored("end", { steps: { a: DONE } }).definition;

describe("parseReference", () => {
  it.for([
    ["refund", { name: "refund", version: null }],
    ["refund@3", { name: "refund", version: 3 }],
    ["refund@0", null],
    ["refund@", null],
    ["re fund", null],
    ["", null],
  ] as const)("reads '%s'", ([text, reference], { expect }) => {
    expect(parseReference(text)).toEqual(reference);
  });
});
