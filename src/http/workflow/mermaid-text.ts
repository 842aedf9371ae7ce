import type { AppContext } from "../app-env.ts";

const MERMAID_TYPE = "text/vnd.mermaid";

/** The Mermaid form of workflows and runs, for declarations of routes. */
export const MERMAID = {
  contentType: MERMAID_TYPE,
  description: "With `format=mermaid`: the graph as a Mermaid flowchart",
  example: 'flowchart TD\n  s0{{"approve<br/>signal@1"}}\n',
} as const;

/** Returns true when the client asks for Mermaid, by `format` or by the `Accept` header. */
export function wantsMermaid(c: AppContext, format: "json" | "mermaid" | undefined): boolean {
  if (format !== undefined) return format === "mermaid";
  return c.req.header("accept")?.includes(MERMAID_TYPE) ?? false;
}

/** Answers with the text of a Mermaid chart. */
export const mermaidText = (c: AppContext, text: string) =>
  c.body(text, 200, { "content-type": `${MERMAID_TYPE}; charset=utf-8` });
