import { EVENT_TYPES, EVENT_VERSION } from "../../src/kernel/rules/run/event.ts";
import { DEFINITION_VERSION } from "../../src/kernel/rules/run/stored-definition.ts";
import { declared, filesIn, type Shape, shape, versionIn } from "./schema-shapes.ts";

/** The shapes of everything that a build stores or sends to a later build, by name. */
export const SHAPES: Readonly<Record<string, Shape>> = {
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
  "changes of mutations": shape(
    filesIn("vector-writer").length,
    declared("src/retrieval/vectorize/mutation-rules.ts", "PlannedMutation"),
  ),
  "chunks in the rows of documents": shape(
    filesIn("corpus").length,
    declared("src/platform/databases/corpus-rows.ts", "OnlyChunk"),
  ),
  "watched runs": shape(
    filesIn("vector-writer").length,
    declared("src/retrieval/vectorize/placement.ts", "ChunkRun"),
  ),
  "keys of requests": shape(1, declared("durable-objects/request-keys.ts", "StoredKey")),
  "policies of conversations": shape(
    1,
    declared("src/conversation/turn-policy.ts", "ConversationPolicy"),
  ),
  "facts of answers": shape(
    versionIn(
      "durable-objects/conversation/tables/conversation-tables.ts",
      /FACTS_VERSION = (\d+)/,
    ),
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
      declared("src/answer/retrieval-trace.ts", "FoundPassage", "TracedSearch", "RetrievalTrace") +
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
  "merges of search shards": shape(
    filesIn("search-shard").length,
    "a list of the ids of segments: number[]",
  ),
  "keys of slots": shape(filesIn("search-shard").length, "a list of attribute keys: string[]"),
  "questions that stores keep": shape(filesIn("vector-store").length, "a list of texts: string[]"),
  "reindexes of stores": shape(
    filesIn("vector-store").length,
    declared("src/knowledge/reindex/generation.ts", "GenerationSettings") +
      declared("src/knowledge/reindex/layout.ts", "GenerationLayout", "DENSE_INDEXES") +
      declared("src/knowledge/reindex/reindex.ts", "Comparison", "ErasedGeneration") +
      declared("src/knowledge/chunking.ts", "Chunking"),
  ),
  "warnings of files": shape(
    filesIn("vector-store").length,
    declared("src/knowledge/file-warnings.ts", "FileWarning", "WORDS"),
  ),
  "waits of runs": shape(
    filesIn("catalog").length,
    declared("src/workflow/runs/waits.ts", "WaitBody"),
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
    versionIn("durable-objects/vector-store/ledger/ingest-workflow.ts", /VERSION = (\d+)/),
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
export const JSON_COLUMNS: Readonly<Record<string, string | null>> = {
  "catalog/dead_letter.body": null,
  "catalog/job_letter.errors": "dead letters",
  "catalog/job_letter.job": "dead letters",
  "catalog/project_secret.hosts": "hosts of secrets",
  "catalog/project.settings": "settings of projects",
  "catalog/listed_conversation.metadata": "requests of responses",
  "catalog/run.metadata": "requests of responses",
  "corpus/archived_run.metadata": "requests of responses",
  "corpus/document.only_chunk": "chunks in the rows of documents",
  "catalog/run_wait.waits": "waits of runs",
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
  "waiting-turn/waiting_turn.body": "workflow definitions",
  "search-shard/file.attributes": "items of conversations",
  "search-shard/placement.filter_keys": "keys of slots",
  "search-shard/merge.sources": "merges of search shards",
  "vector-store/attachment.attributes": "items of conversations",
  "vector-writer/mutation_part.seqs": "changes of mutations",
  "vector-writer/watched.runs": "watched runs",
  "vector-store/attachment.warnings": "warnings of files",
  "vector-store/asked_questions.texts": "questions that stores keep",
  "vector-store/reindex.comparison": "reindexes of stores",
  "vector-store/reindex.erased": "reindexes of stores",
  "vector-store/reindex.from_layout": "reindexes of stores",
  "vector-store/reindex.from_settings": "reindexes of stores",
  "vector-store/reindex.to_layout": "reindexes of stores",
  "vector-store/reindex.to_settings": "reindexes of stores",
  "vector-store/store.auto_chunking": "reindexes of stores",
  "vector-store/store.metadata": "requests of responses",
};
