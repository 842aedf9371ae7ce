import type { AppContext } from "../app-env.ts";

const MERMAID_TYPE = "text/vnd.mermaid";

/** The declaration of a Mermaid chart as a form of response, for the routes of workflows and runs that offer one. */
export const MERMAID = {
  contentType: MERMAID_TYPE,
  description: "With `format=mermaid`: the graph as a Mermaid flowchart",
  example: 'flowchart TD\n  s0{{"approve<br/>signal@1"}}\n',
} as const;

/**
 * Tests whether the client asks for a Mermaid chart, with the query parameter `format` or, without it, with the header
 * `Accept`.
 */
export function wantsMermaid(c: AppContext, format: "json" | "mermaid" | undefined): boolean {
  if (format !== undefined) return format === "mermaid";
  return c.req.header("accept")?.includes(MERMAID_TYPE) ?? false;
}

/** Makes the HTTP response with the text of a Mermaid chart. */
export const mermaidText = (c: AppContext, text: string) =>
  c.body(text, 200, { "content-type": `${MERMAID_TYPE}; charset=utf-8` });
