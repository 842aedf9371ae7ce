import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { EVENT_TYPES, EVENT_VERSION } from "../../src/kernel/rules/run/event.ts";
import { DEFINITION_VERSION } from "../../src/kernel/rules/run/stored-definition.ts";
import { DECLARED } from "./rows/declared.ts";
import {
  declared,
  filesIn,
  hashText,
  readSource,
  type Shape,
  shape,
  versionIn,
} from "./schema-shapes.ts";

/**
 * The shapes of everything that a build stores or sends to a later build. A changed shape fails here until there is a
 * decision about the stored data of the old shape.
 */
const RECORDED = join(import.meta.dirname, "schemas.json");
const ROOT = join(import.meta.dirname, "../..");
const UPDATE = "UPDATE_SCHEMAS=1 npx vitest run --project rules test/rules/schemas.test.ts";
const VERSIONED = `The shape of what is stored has changed. Objects and queues hold the old one for as long as runs are open.
Raise the version, teach the reader the one before (an upcaster, a case in readDefinition, a schema that takes both),
keep a history of it in test/rules/kernel/rows/histories if it is the kernel's, and then record the new shape:
  ${UPDATE}
If old and new read each other as they are (a member that may be missing was added), say so in the commit and record it.`;
const MIGRATED = `A migration that is merged is never edited, since objects have run it: add a file after it. A new one is recorded with
  ${UPDATE}`;

const SHAPES: Readonly<Record<string, Shape>> = {
  "workflow definitions": shape(
    DEFINITION_VERSION,
    declared(
      "src/kernel/rules/definition.ts",
      "Definition",
      "StepDefinition",
      "Work",
      "TriggerRule",
      "Lane",
      "MapOver",
      "RetryPolicy",
      "Timeouts",
    ),
  ),
  "events of runs": shape(
    EVENT_VERSION,
    EVENT_TYPES.join() + declared("src/kernel/rules/run/event.ts", "EventDetail"),
  ),
  // Shapes with `filesIn` have no version. Change them together with a migration of their tables.
  "what steps and signals hold as JSON": shape(
    filesIn("kernel").length,
    declared("src/kernel/rules/step/step-state.ts", "Held", "SkipReason", "Wait") +
      declared("src/kernel/rules/run/signal.ts", "SignalBody"),
  ),
  "keys of requests": shape(1, declared("durable-objects/request-keys.ts", "StoredKey")),
  "facts of answers": shape(
    versionIn("durable-objects/conversation/conversation-tables.ts", /FACTS_VERSION = (\d+)/),
    declared(
      "src/conversation/answer-fact.ts",
      "AnswerFact",
      "TextCitation",
      "SettledFact",
      "AnswerOutcome",
    ) +
      declared(
        "src/answer/answer-request.ts",
        "AnswerEvent",
        "AnswerFinished",
        "AnswerFailureCode",
        "AnswerUsage",
      ) +
      declared("src/answer/answer-types.ts", "Citation", "Grounding", "Removal") +
      declared("src/answer/removal-reasons.ts", "REMOVAL_REASONS") +
      declared("src/conversation/item.ts", "FileSearchResult"),
  ),
  "items of conversations": shape(
    filesIn("conversation").length,
    declared(
      "src/conversation/item.ts",
      "Item",
      "InputItem",
      "OutputItem",
      "ItemStatus",
      "InputMessage",
      "OutputMessage",
      "MessagePart",
      "OutputText",
      "RefusalPart",
      "Annotation",
      "CitationSpan",
      "FileSearchCall",
      "FileSearchResult",
      "FunctionCall",
      "FunctionCallOutput",
    ) + declared("src/knowledge/attributes.ts", "Attributes"),
  ),
  "requests of responses": shape(
    filesIn("conversation").length,
    [
      declared(
        "src/conversation/response-request.ts",
        "FileSearchParam",
        "FileSearchTool",
        "FunctionName",
        "FunctionToolParam",
        "Tool",
        "ToolChoice",
      ),
      declared("src/conversation/text-format.ts", "TextFormatParam"),
      declared(
        "src/conversation/response-request.ts",
        "INCLUDES",
        "CreateResponseBody",
        "ResponseRequest",
      ),
    ].join("\n") +
      declared("src/knowledge/metadata.ts", "Metadata", "MetadataParam") +
      declared("src/knowledge/attributes.ts", "Filter", "ComparisonFilter", "CompoundFilter") +
      declared("src/knowledge/ranking-param.ts", "RankingOptionsParam") +
      declared("src/knowledge/project-settings.ts", "LinkRule", "MEMBERS") +
      declared("src/kernel/rules/pinned-workflow.ts", "WorkflowVersion") +
      declared("src/knowledge/scope.ts", "Scope", "REGIONS") +
      declared("src/jurisdiction.ts", "JURISDICTIONS"),
  ),
  "warnings of files": shape(
    filesIn("vector-store").length,
    declared("src/knowledge/file-warnings.ts", "FileWarning", "WORDS"),
  ),
  "workflows as they were sent": shape(
    filesIn("catalog").length,
    declared(
      "src/workflow/compile/workflow-body.ts",
      "Timeout",
      "Backoff",
      "Template",
      "Retry",
      "WireTimeouts",
      "WORK",
      "Work",
      "WorkflowStep",
      "WorkflowBody",
    ),
  ),
  "the workflow by which files are indexed": shape(
    versionIn("durable-objects/vector-store/ingest-workflow.ts", /VERSION = (\d+)/),
    declared("src/kernel/rules/pinned-workflow.ts", "PinnedWorkflow", "WorkflowVersion"),
  ),
  "what runs were started as": shape(
    filesIn("run").length,
    declared("src/workflow/runs/show-run.ts", "RunFrame") +
      declared("src/kernel/rules/pinned-workflow.ts", "WorkflowVersion") +
      declared("durable-objects/run/run-tables.ts", "StoredFrame"),
  ),
  "settings of schedules": shape(
    filesIn("schedule").length,
    declared(
      "src/workflow/schedule/schedule-types.ts",
      "ScheduleSettings",
      "ScheduleInit",
      "ScheduleSummary",
    ) + declared("src/workflow/schedule/due-ticks.ts", "CATCH_UPS", "OVERLAPS"),
  ),
  "dead letters": shape(
    filesIn("dead-letter").length,
    declared("src/workflow/dead-letters/dead-letter.ts", "DeadJob", "Death") +
      declared("src/kernel/rules/run/run-view.ts", "FailedAttempt") +
      declared("durable-objects/dead-letters/dead-letter-table.ts", "StoredDeath"),
  ),
  "hosts of secrets": shape(
    filesIn("catalog").length,
    declared("src/workflow/steps/step-access.ts", "Secret"),
  ),
  "settings of stores and their files": shape(
    filesIn("catalog").length,
    declared("src/knowledge/vector-store-types.ts", "StoreView", "StoreSettings", "FileCounts") +
      declared("src/knowledge/attributes.ts", "Attributes"),
  ),
  "settings of projects": shape(
    filesIn("catalog").length,
    declared("src/knowledge/project-settings.ts", "LinkRule", "MEMBERS"),
  ),
  "messages of the generate queue": shape(
    versionIn("src/queues/generate-message.ts", /v: z\.literal\((\d+)\)/),
    declared("src/conversation/generation-client.ts", "GenerateMessage"),
  ),
  "messages about steps of the generate queue": shape(
    versionIn("src/queues/generate-message.ts", /v: z\.literal\((\d+)\)/),
    declared("src/workflow/steps/dispatched-step.ts", "StepMessage"),
  ),
  "messages of the ingest queue": shape(
    versionIn("src/queues/ingest-message.ts", /v: z\.literal\((\d+)\)/),
    declared("src/ingest/ingest-types.ts", "IngestMessage"),
  ),
};

/** The shape of each JSON column; null for arbitrary JSON, which only users of the API read. */
const JSON_COLUMNS: Readonly<Record<string, string | null>> = {
  "catalog/dead_letter.body": null,
  "catalog/job_letter.errors": "dead letters",
  "catalog/job_letter.job": "dead letters",
  "catalog/project_secret.hosts": "hosts of secrets",
  "catalog/project.settings": "settings of projects",
  "catalog/run.metadata": "requests of responses",
  "catalog/schedule.body": "settings of schedules",
  "catalog/vector_store.body": "settings of stores and their files",
  "catalog/workflow.body": "workflows as they were sent",
  "catalog/workflow.definition": "workflow definitions",
  "conversation/answer_batch.facts": "facts of answers",
  "conversation/conversation.metadata": "requests of responses",
  "conversation/item.body": "items of conversations",
  "conversation/response.request": "requests of responses",
  "conversation/response.scope": "requests of responses",
  "conversation/response.settled": "facts of answers",
  "dead-letter/dead_letter.body": "dead letters",
  "kernel/kernel_definition.body": "workflow definitions",
  "kernel/kernel_event.detail": "events of runs",
  "kernel/kernel_run.input": null,
  "kernel/kernel_run.output": null,
  "kernel/kernel_signal.body": "what steps and signals hold as JSON",
  "kernel/kernel_step.item": null,
  "kernel/kernel_step.output": null,

  "kernel/kernel_step.wait": "what steps and signals hold as JSON",
  "lane/job.message": "messages of the generate queue",
  "run/run_frame.metadata": "requests of responses",
  "schedule/schedule.input": null,
  "schedule/schedule.metadata": "requests of responses",
  "search-shard/file.attributes": "items of conversations",
  "vector-store/attachment.attributes": "items of conversations",
  "vector-store/attachment.warnings": "warnings of files",
  "vector-store/store.metadata": "requests of responses",
};

const MIGRATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  filesIn(".").flatMap((folder) =>
    filesIn(folder).map((file) => {
      const path = `${folder}/${file}`;
      return [path, hashText(readSource(`migrations/${path}`))];
    }),
  ),
);

type Recorded = {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly migrations: Readonly<Record<string, string>>;
};

if (process.env["UPDATE_SCHEMAS"] !== undefined) {
  const text = JSON.stringify({ shapes: SHAPES, migrations: MIGRATIONS }, null, 2);
  writeFileSync(RECORDED, `${text}\n`);
}
const recorded: Recorded = JSON.parse(readFileSync(RECORDED, "utf8"));

/** Throws instructions unless the shape is the recorded one. */
function decided(found: unknown, known: unknown, advice: string): void {
  const [now, before] = [found, known].map((value) => JSON.stringify(value, null, 2));
  if (now !== before) throw new Error(`${advice}\nrecorded: ${before}\nfound: ${now}`);
}

describe("stored data", () => {
  it.each(Object.entries(SHAPES))("%s have the recorded shape", (name, found) => {
    expect(() => decided(found, recorded.shapes[name], VERSIONED)).not.toThrow();
  });

  it("is recorded completely", () => {
    expect(Object.keys(recorded.shapes)).toEqual(Object.keys(SHAPES));
  });

  it("has a known shape in every JSON column", () => {
    const columns = Object.entries(DECLARED).flatMap(([folder, tables]) =>
      tables.flatMap(({ table, listed }) =>
        listed.flatMap(({ name, isJson }) => (isJson ? [`${folder}/${table}.${name}`] : [])),
      ),
    );
    const unknown = columns.filter((column) => {
      const name = JSON_COLUMNS[column];
      return name === undefined || (name !== null && SHAPES[name] === undefined);
    });
    const gone = Object.keys(JSON_COLUMNS).filter((column) => !columns.includes(column));
    expect(
      { unknown, gone },
      `Name the shape of each new JSON column in JSON_COLUMNS of this file, and the types that it is made of in SHAPES; then record it with
  ${UPDATE}`,
    ).toEqual({ unknown: [], gone: [] });
  });

  it("has every migration of an object in a list of an object", () => {
    const sources = globSync("{src,durable-objects}/**/*.ts", { cwd: ROOT })
      .map(readSource)
      .join("\n");
    const isListed = (path: string) => {
      const name = new RegExp(`import (\\w+) from "[./]+/migrations/${path}"`).exec(sources)?.[1];
      return name !== undefined && new RegExp(`\\bsql: ${name}\\b`).test(sources);
    };
    const forgotten = Object.keys(MIGRATIONS).filter(
      (path) => !/^(catalog|corpus)\//.test(path) && !isListed(path),
    );
    expect(forgotten, "Import each file where its object lists its migrations.").toEqual([]);
  });

  it("has tables from the recorded migrations", () => {
    expect(() => decided(MIGRATIONS, recorded.migrations, MIGRATED)).not.toThrow();
  });
});
