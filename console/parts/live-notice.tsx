import { isGone, type Query } from "../state/query.ts";
import { ErrorNotice, Note } from "./notice.tsx";

type LiveNoticeProps = {
  readonly query: Query<unknown>;
  /** What it reads, such as "file". */
  readonly kind: string;
};

/** Says of what a screen follows that it was deleted meanwhile, or why it cannot be read. */
export const LiveNotice = ({ query, kind }: LiveNoticeProps) =>
  isGone(query) ? (
    <Note kind="warning">
      <p role="status">
        The {kind} was deleted meanwhile. What you see stays here until you leave the page.
      </p>
    </Note>
  ) : (
    <ErrorNotice error={query.error} retry={query.reload} />
  );
