import { linkWith } from "../../state/links.ts";

/** The tabs of the queue screen: dead letters (jobs that failed for good) and background responses. */
export const QueueTabs = ({ shown }: { shown: "letters" | "background" }) => (
  <nav class="tabs" aria-label="Lists">
    <a
      class="tab"
      href={linkWith("/queue", {})}
      aria-current={shown === "letters" ? "page" : undefined}
    >
      Dead letters
    </a>
    <a
      class="tab"
      href={linkWith("/queue", { show: "background" })}
      aria-current={shown === "background" ? "page" : undefined}
    >
      Background work
    </a>
  </nav>
);
