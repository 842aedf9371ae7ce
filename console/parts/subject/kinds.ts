import type { IconName } from "../icon.tsx";

/** A kind of thing that a screen is about, and the list in which such things are found. */
type Kind = {
  /** Its name in a sentence. */
  readonly name: string;
  readonly list: string;
  readonly listLabel: string;
  readonly icon: IconName;
};

/** The kinds of things that have a screen of their own. */
export const KINDS = {
  file: { name: "file", list: "/files", listLabel: "Files", icon: "files" },
  store: { name: "store", list: "/stores", listLabel: "Stores", icon: "stores" },
  run: { name: "run", list: "/runs", listLabel: "Runs", icon: "runs" },
  approval: { name: "run", list: "/approvals", listLabel: "Approvals", icon: "approvals" },
  workflow: { name: "workflow", list: "/workflows", listLabel: "Workflows", icon: "workflows" },
  schedule: { name: "schedule", list: "/schedules", listLabel: "Schedules", icon: "schedules" },
  letter: { name: "dead letter", list: "/queue", listLabel: "Queue", icon: "queue" },
  conversation: { name: "conversation", list: "/ask", listLabel: "Ask", icon: "ask" },
  answer: { name: "answer", list: "/ask", listLabel: "Ask", icon: "why" },
  project: { name: "project", list: "/projects", listLabel: "Projects", icon: "project" },
} as const satisfies Readonly<Record<string, Kind>>;

/** A name of `KINDS`. */
export type KindName = keyof typeof KINDS;
