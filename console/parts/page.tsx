import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { legible } from "../state/words.ts";

type PageProps = {
  readonly title: string;
  /** Title of the browser tab, if it differs from `title`. */
  readonly tab?: string;
  /** The way back to the list that the page belongs to. */
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  /** `wide` for pages of two columns. */
  readonly width?: "normal" | "wide";
};

/** A screen: its title, its actions and its content. */
export function Page({ title, tab, back, actions, children, width = "normal" }: PageProps) {
  // It may be a name that a person or a document gave.
  const shown = legible(title);
  useEffect(() => {
    document.title = `${tab === undefined ? shown : legible(tab)} · Edgewise`;
  }, [tab, shown]);
  return (
    <main class={`page page-${width}`} id="main">
      <header class="page-head">
        <div>
          {back && (
            <a class="back" href={back.href}>
              ‹ {back.label}
            </a>
          )}
          <h1>
            <bdi dir="auto">{shown}</bdi>
          </h1>
        </div>
        <div class="actions">{actions}</div>
      </header>
      {children}
    </main>
  );
}
