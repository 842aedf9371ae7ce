/** The icons of the console, 20 by 20, drawn with lines of the text's colour. */
const PATHS = {
  ask: "M4 4h12v9H9l-4 3v-3H4z",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zm4 9 4 4",
  files: "M5 3h7l3 3v11H5zM12 3v3h3",
  stores: "M4 6c0-3 12-3 12 0v8c0 3-12 3-12 0zm0 0c0 3 12 3 12 0M4 10c0 3 12 3 12 0",
  runs: "M4 5h4v4H4zM12 11h4v4h-4zM8 7h3v6h1",
  approvals: "M4 10l4 4 8-8",
  workflows: "M3 5h5v4H3zM12 3h5v4h-5zM12 12h5v4h-5zM8 7h2v7h2M10 7V5h2",
  schedules: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3v4l3 2",
  queue: "M3 5h14M3 10h14M3 15h9",
  project:
    "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0-4v2m0 10v2m7-7h-2M5 10H3m12-5-1.5 1.5M6.500 13.500 5 15m0-10 1.500 1.500m7 7L15 15",
  models: "M10 3l6 3.500v7L10 17l-6-3.500v-7zM10 10l6-3.500M10 10v7M10 10 4 6.500",
  menu: "M3 6h14M3 10h14M3 14h14",
  close: "M5 5l10 10M15 5 5 15",
  theme: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  leave: "M8 4H4v12h4M8 10h9m-3-3 3 3-3 3",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  check: "M4 10l4 4 8-8",
  plus: "M10 4v12M4 10h12",
  retry: "M15 7a6 6 0 1 0 1 4M16 4v4h-4",
  trash: "M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10",
  upload: "M10 14V4M6 8l4-4 4 4M4 16h12",
  chevron: "M7 4l6 6-6 6",
  down: "M5 8l5 5 5-5",
  warning: "M10 3 2.500 16h15zM10 8v4m0 2v.5",
  stop: "M5 5h10v10H5z",
  send: "M10 16V5M5 9l5-5 5 5",
  fork: "M6 3v5c0 3 8 1 8 5v4M6 8v9",
  why: "M7 8c0-4 6-4 6-1 0 2-3 2-3 5m0 3v.5",
  more: "M5 10h.5M10 10h.5M15 10h.5",
  link: "M8 12l4-4M9 6l2-2a3 3 0 0 1 5 4l-2 2M11 14l-2 2a3 3 0 0 1-5-4l2-2",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon. It says nothing to screen readers: the button or the link around it has a text. */
export const Icon = ({ name, size = 18 }: { name: IconName; size?: number }) => (
  <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
