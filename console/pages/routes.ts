import type { ComponentType } from "preact";

import type { IconName } from "../parts/icon.tsx";

/** A screen of the console. */
export type Screen = {
  /** The path after the project's id, in the notation of preact-iso. The screen reads its parameters with `useRoute`. */
  readonly path: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  /** `operator` for screens whose requests need the admin key. They have no project. */
  readonly needs: "project" | "operator";
  /** The entry of the menu; screens without one are reached from others. */
  readonly menu?: { readonly label: string; readonly icon: IconName };
  /** The ids of objects that the screen shows: the palette opens it by such an id. */
  readonly opens?: RegExp;
};

/** All screens, in the order of the menu. A screen is a folder of pages/ and a line here. */
export const SCREENS: readonly Screen[] = [
  {
    path: "/ask/:conversation?",
    load: () => import("./ask/page.tsx"),
    needs: "project",
    menu: { label: "Ask", icon: "ask" },
    opens: /^conv_/,
  },
  {
    path: "/why/:response?",
    load: () => import("./why/page.tsx"),
    needs: "project",
    opens: /^resp_/,
  },
  {
    path: "/search",
    load: () => import("./search/page.tsx"),
    needs: "project",
    menu: { label: "Search", icon: "search" },
  },
  {
    path: "/files/:file?",
    load: () => import("./files/page.tsx"),
    needs: "project",
    menu: { label: "Files", icon: "files" },
    opens: /^file-/,
  },
  {
    path: "/stores/:store?",
    load: () => import("./stores/page.tsx"),
    needs: "project",
    menu: { label: "Stores", icon: "stores" },
    opens: /^vs_/,
  },
  {
    path: "/stores/:store/reindex",
    load: () => import("./reindex/page.tsx"),
    needs: "project",
  },
  {
    path: "/runs/:run?",
    load: () => import("./runs/page.tsx"),
    needs: "project",
    menu: { label: "Runs", icon: "runs" },
    opens: /^run_/,
  },
  {
    path: "/approvals/:run?",
    load: () => import("./approvals/page.tsx"),
    needs: "project",
    menu: { label: "Approvals", icon: "approvals" },
  },
  {
    path: "/workflows/:workflow?",
    load: () => import("./workflows/page.tsx"),
    needs: "project",
    menu: { label: "Workflows", icon: "workflows" },
  },
  {
    path: "/schedules/:schedule?",
    load: () => import("./schedules/page.tsx"),
    needs: "project",
    menu: { label: "Schedules", icon: "schedules" },
    opens: /^sched_/,
  },
  {
    path: "/queue/:letter?",
    load: () => import("./queue/page.tsx"),
    needs: "project",
    menu: { label: "Queue", icon: "queue" },
    opens: /^dl_/,
  },
  {
    path: "/models",
    load: () => import("./models/page.tsx"),
    needs: "project",
    menu: { label: "Models", icon: "models" },
  },
  {
    path: "/projects/:id?",
    load: () => import("./projects/page.tsx"),
    needs: "operator",
    menu: { label: "Projects", icon: "project" },
    opens: /^proj_/,
  },
];

/** Returns the address of a screen in a project, or on the operator's side. */
export function screenHref({ path, needs }: Screen, projectId: string | null, id?: string): string {
  const place = needs === "operator" ? "operator" : projectId;
  const [plain = ""] = path.split("/:");
  return `/console/${place}${plain}${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
}
