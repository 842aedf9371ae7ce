import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";

import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Name } from "../parts/text.tsx";
import { isExpired, leave, projectId, session } from "../state/session.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { Palette } from "./palette.tsx";
import { ProjectMenu } from "./project-menu.tsx";
import { type Screen, SCREENS, screenHref } from "./routes.ts";
import { KeyForm } from "./sign-in.tsx";

/** The frame of every screen: the menu, the search, and the form that opens an ended session again. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [isSearching, setSearching] = useState(false);
  const { url } = useLocation();
  useEffect(() => onSearchKeys(() => setSearching(true)), []);
  useEffect(() => {
    setSearching(false);
    closeMenu();
  }, [url]);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="topbar">
        <button type="button" class="button quiet icon-only" popoverTarget="menu" aria-label="Menu">
          <Icon name="menu" />
        </button>
        <Brand />
        <button
          type="button"
          class="button quiet icon-only"
          onClick={() => setSearching(true)}
          aria-label="Search"
        >
          <Icon name="search" />
        </button>
      </header>
      <nav class="sidebar" aria-label="Screens">
        <Menu onSearch={() => setSearching(true)} />
      </nav>
      <div id="menu" class="drawer" popover="auto">
        <Menu onSearch={() => setSearching(true)} />
      </div>
      <div class="content">{children}</div>
      {isSearching && <Palette onClose={() => setSearching(false)} />}
      {isExpired.value && (
        <Dialog title="Your session has ended">
          {session.value?.signed_in_by === "access" ? <AccessEnded /> : <KeyEnded />}
        </Dialog>
      )}
    </div>
  );
}

const KeyEnded = () => (
  <>
    <p>
      The session is over, or its key was revoked. Sign in again to go on where you are: nothing
      that you have typed is lost.
    </p>
    <KeyForm />
  </>
);

const AccessEnded = () => (
  <>
    <p>
      Your sign-in through Cloudflare Access has ended, or your rights were changed. Load the page
      again to sign in and to go on where you are: nothing that you have typed is lost.
    </p>
    <div class="actions end">
      <button type="button" class="button primary" onClick={() => location.reload()}>
        Load the page again
      </button>
    </div>
  </>
);

const Brand = () => (
  <a class="brand" href="/console/">
    <img src="/favicon.svg" alt="" width="22" height="22" /> Edgewise
  </a>
);

function Menu({ onSearch }: { onSearch: () => void }) {
  const opened = session.value;
  const groups = [
    SCREENS.filter(({ needs, menu }) => menu && needs === "project" && opened?.projects.length),
    SCREENS.filter(({ needs, menu }) => menu && needs === "operator" && opened?.operator),
  ];
  return (
    <div class="menu">
      <Brand />
      <ProjectMenu />
      <button type="button" class="search-button" onClick={onSearch}>
        <Icon name="search" size={16} /> Search <kbd>Ctrl K</kbd>
      </button>
      {groups.map((group, index) => group.length > 0 && <MenuGroup key={index} screens={group} />)}
      <div class="menu-end">
        <button type="button" class="menu-entry" onClick={nextTheme}>
          <Icon name="theme" /> {THEMES[theme.value]}
        </button>
        {opened?.signed_in_by === "access" ? (
          <a class="menu-entry" href="/cdn-cgi/access/logout" target="_self">
            <Icon name="leave" /> Sign out
          </a>
        ) : (
          <button type="button" class="menu-entry" onClick={() => void leave()}>
            <Icon name="leave" /> Sign out
          </button>
        )}
      </div>
    </div>
  );
}

const THEMES = { system: "System colours", light: "Light", dark: "Dark" } as const;

function MenuGroup({ screens }: { screens: readonly Screen[] }) {
  const { path } = useLocation();
  const home = projectId.value ?? session.value?.projects[0]?.id ?? null;
  return (
    <ul class="menu-group">
      {screens.map((screen) => {
        const href = screenHref(screen, home);
        const isHere = path === href || path.startsWith(`${href}/`);
        return (
          screen.menu && (
            <li key={href}>
              <a class="menu-entry" href={href} aria-current={isHere ? "page" : undefined}>
                <Icon name={screen.menu.icon} /> <Name of={screen.menu.label} />
              </a>
            </li>
          )
        );
      })}
    </ul>
  );
}

function closeMenu(): void {
  const menu = document.querySelector("#menu");
  if (menu instanceof HTMLElement && menu.matches(":popover-open")) menu.hidePopover();
}

/** Calls `open` on Ctrl K, and on `/` unless the screen has a field of its own to search, which then gets the focus. */
function onSearchKeys(open: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const isSlash = event.key === "/" && !isTyping(event.target);
    if (!isPalette && !isSlash) return;
    event.preventDefault();
    const field = isSlash ? document.querySelector("[data-search]") : null;
    if (field instanceof HTMLElement) field.focus();
    else open();
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
