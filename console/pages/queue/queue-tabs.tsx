import { linkWith } from "../../state/links.ts";

/** The two lists of the screen: the jobs that were given up, and the answers that are made in the background. */
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
