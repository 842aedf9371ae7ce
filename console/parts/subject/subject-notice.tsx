import type { ComponentChildren } from "preact";

import { isMissing } from "../../api/client.ts";
import { link } from "../../state/links.ts";
import type { Query } from "../../state/query.ts";
import { findDrafts } from "../../state/use-draft.ts";
import { Empty, ErrorNotice, Note } from "../notice.tsx";
import { KINDS, type KindName } from "./kinds.ts";
import { LostText } from "./lost-text.tsx";

type SubjectNoticeProps = {
  /** What the screen is about, as it was read. */
  readonly query: Pick<Query<unknown>, "value" | "error" | "reload">;
  readonly kind: KindName;
  /** The names of the forms about it. What was typed into them is shown when the screen has no place for them. */
  readonly forms?: readonly string[];
  /** What is said of the deletion, where the screen knows more than that. */
  readonly gone?: ComponentChildren;
  /** A further way on from what is missing. */
  readonly children?: ComponentChildren;
};

/**
 * Says of the thing that a screen is about why it is not there: that it was deleted while it was looked at, that there is
 * none, or why it cannot be read. Shows nothing if it is there.
 */
export function SubjectNotice(props: SubjectNoticeProps) {
  const { query, kind, forms = [], gone, children } = props;
  if (!isMissing(query.error)) return <ErrorNotice error={query.error} retry={query.reload} />;
  const { name, list, listLabel, icon } = KINDS[kind];
  if (query.value !== undefined) {
    return (
      <Note kind="warning">
        <div role="status">
          <p>
            {gone ?? `The ${name} was deleted meanwhile.`} What you see stays here until you leave
            the page. <a href={link(list)}>Go to {listLabel}</a>
          </p>
          {children}
        </div>
      </Note>
    );
  }
  return (
    <>
      <Empty icon={icon} title={`There is no such ${name}`}>
        <p role="status">
          It was deleted, or its time was over, or the address was cut when it was copied.
        </p>
        {children}
        <a class="button" href={link(list)}>
          Go to {listLabel}
        </a>
      </Empty>
      {findDrafts(forms).map((draft) => (
        <LostText key={draft.form} draft={draft}>
          What you had typed about this {name} is not saved:
        </LostText>
      ))}
    </>
  );
}
