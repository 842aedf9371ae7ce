import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

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
  useEffect(() => {
    document.title = `${tab ?? title} · Edgewise`;
  }, [tab, title]);
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
            <bdi dir="auto">{title}</bdi>
          </h1>
        </div>
        <div class="actions">{actions}</div>
      </header>
      {children}
    </main>
  );
}
