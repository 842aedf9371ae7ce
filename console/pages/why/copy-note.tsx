import { Note } from "../../parts/notice.tsx";
import { link } from "../../state/links.ts";

/** Says that the answer is shown as it was made: the conversation from which one comes has a copy of it. */
export const CopyNote = ({ conversation }: { conversation: string | undefined }) => (
  <Note>
    <p>
      You come from a copy of this answer. This is the record of the original
      {conversation === undefined ? (
        "."
      ) : (
        <>
          , in <a href={link(`/ask/${conversation}`)}>another conversation</a>.
        </>
      )}
    </p>
  </Note>
);
