import type { Request } from "./client.ts";

/** Formats a request as a command that a person can run elsewhere. The key is a variable of the shell. */
export function formatCurl({ method, url, body }: Request, key = "EDGEWISE_API_KEY"): string {
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quote(location.origin + url)}`,
    `  -H "Authorization: Bearer $${key}"`,
    ...(body === undefined ? [] : [`  -H "Content-Type: application/json"`, `  -d ${quote(body)}`]),
  ];
  return lines.join(" \\\n");
}

/** Quotes a text for a POSIX shell. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
