// oxlint-disable-next-line import/no-unassigned-import -- makes this file a module, which adds to vitest's types
import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the scripted OpenAI-compatible server, `http://127.0.0.1:…/v1`. */
    openAiServer: string;
    /** Host and port of the scripted HTTP server, `127.0.0.1:…`. */
    httpServer: string;
    /** Address below which the published API descriptions are. A missing one is answered with 404. */
    officialDescriptions: string;
  }
}
