import { LostText } from "../../parts/subject/lost-text.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { keepDraft, readDraft } from "../../state/drafts.ts";
import { link } from "../../state/links.ts";
import type { Thread } from "../../state/thread.ts";

/** Says why a conversation cannot be read, or that it was deleted. What was typed in it can be asked elsewhere. */
export function MissingThread({ thread }: { thread: Thread }) {
  const isLoaded = thread.isLoaded.value;
  const value = isLoaded ? thread : undefined;
  const query = { value, error: thread.error.value, reload: () => void thread.read() };
  const gone = "This conversation was deleted meanwhile. What you have typed is still here.";
  return (
    <>
      <SubjectNotice query={query} kind="conversation" gone={gone}>
        {readDraft(thread.id) !== "" && (
          <p>
            <a href={link("/ask")} onClick={() => takeDraft(thread.id)}>
              Take what you have typed to a new conversation
            </a>
          </p>
        )}
      </SubjectNotice>
      {!isLoaded && <Unsent thread={thread} />}
    </>
  );
}

/** The questions that had not reached the conversation. */
const Unsent = ({ thread: { turns } }: { thread: Thread }) =>
  turns.value.map(({ key, question }) => {
    const discard = () => {
      turns.value = turns.value.filter((turn) => turn.key !== key);
    };
    return (
      <LostText key={key} draft={{ form: key, values: { question }, discard }}>
        This question was not sent:
      </LostText>
    );
  });

function takeDraft(id: string): void {
  const drafts = [readDraft(null), readDraft(id)];
  keepDraft(null, drafts.filter((text) => text !== "").join("\n"));
  keepDraft(id, "");
}
