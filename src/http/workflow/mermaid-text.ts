import type { AppContext } from "../app-env.ts";

const MERMAID_TYPE = "text/vnd.mermaid";

/** The other form of workflows and runs, for declarations of routes. */
export const MERMAID = {
  contentType: MERMAID_TYPE,
  description: "With `format=mermaid`: the graph as a Mermaid flowchart",
} as const;

export function wantsMermaid(c: AppContext, format: "json" | "mermaid" | undefined): boolean {
  if (format !== undefined) return format === "mermaid";
  return c.req.header("accept")?.includes(MERMAID_TYPE) ?? false;
}

export const mermaidText = (c: AppContext, text: string) =>
  c.body(text, 200, { "content-type": `${MERMAID_TYPE}; charset=utf-8` });
