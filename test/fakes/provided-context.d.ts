// oxlint-disable-next-line import/no-unassigned-import -- makes this file a module, which adds to vitest's types
import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the scripted OpenAI-compatible server, `http://127.0.0.1:…/v1`. */
    openAiServer: string;
    /** Host and port of the scripted HTTP server, `127.0.0.1:…`. */
    httpServer: string;
    /** OpenAI's published description as JSON text, or null if the file does not exist. */
    openAiDescription: string | null;
    /** The published description of Open Responses as JSON text, or null if the file does not exist. */
    openResponsesDescription: string | null;
  }
}
