import type { OpenAI } from "openai";
import { z } from "zod";

/** The events of a streamed answer that the callers here use. */
const Event = z.object({
  type: z.string(),
  delta: z.string().optional(),
  annotation: z.unknown().optional(),
  response: z.looseObject({ id: z.string(), status: z.string() }).optional(),
});

/** An event of a streamed response, with the fields that these scripts use. */
export type AnswerEvent = z.infer<typeof Event>;

/** Creates a response with `stream: true` through the official client, and yields its events. */
export async function* watchAnswer(client: OpenAI, body: object): AsyncGenerator<AnswerEvent> {
  const stream: AsyncIterable<unknown> = await client.post("/responses", {
    body: { ...body, stream: true },
    stream: true,
  });
  for await (const event of stream) {
    const parsed = Event.safeParse(event);
    if (parsed.success) yield parsed.data;
  }
}
