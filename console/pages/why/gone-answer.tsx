import { call, isMissing } from "../../api/client.ts";
import { Empty } from "../../parts/notice.tsx";
import { useQuery } from "../../state/query.ts";

/** Says that the answer was deleted while it was looked at, by itself or with its conversation. */
export function GoneAnswer({ conversation }: { conversation: string | undefined }) {
  const isKept = useQuery(`kept:${conversation}`, async (signal) => {
    if (conversation === undefined) return true;
    try {
      const path = { conversation_id: conversation };
      await call("GET /v1/conversations/{conversation_id}", { path, signal });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  });
  return (
    <>
      {isKept.value === false
        ? "The conversation of this answer was deleted meanwhile, and the answer with it."
        : "This answer was deleted meanwhile."}
    </>
  );
}

/** Takes the place of the record of an answer that a fork has copied, and that was deleted since. */
export const NoRecord = () => (
  <Empty icon="why" title="The record of this answer was deleted">
    <p role="status">
      The copy in your conversation keeps its text and its citations. What was searched, and what
      became of each passage, was erased with the original answer or with its conversation.
    </p>
  </Empty>
);
