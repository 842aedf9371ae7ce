import { z } from "zod";

const Refused = z.object({
  error: z.object({ code: z.string(), message: z.string(), param: z.string().nullish() }),
});

/** Formats the JSON body of a refusal as the last event of a stream, in the form of the errors of all streams. */
export function formatRefusal(problem: string): string {
  const { code, message, param = null } = Refused.parse(JSON.parse(problem)).error;
  const data = { type: "error", code, message, param, sequence_number: 0 };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}
