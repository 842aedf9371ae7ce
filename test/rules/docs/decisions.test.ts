import { describe, it } from "vitest";

import { PAGES } from "./pages.ts";

const FOLDER = "docs/decisions/";
const HEADINGS = ["Context", "Decision", "Considered", "Cost", "Look again"];

const records = PAGES.filter(({ path }) => path.startsWith(FOLDER) && !path.endsWith("README.md"));
const index = PAGES.find(({ path }) => path === `${FOLDER}README.md`)?.text ?? "";

describe.for(records.map(({ path, text }) => [path.slice(FOLDER.length), text] as const))(
  "the decision %s",
  ([file, text]) => {
    it("has its number and title, its date and state, and the five sections in order", ({
      expect,
    }) => {
      const [title = "", , state = ""] = text.split("\n");
      const sections = text.split(/^## /m).slice(1);
      const headings = sections.map((section) => section.split("\n", 1)[0]);

      expect(title).toMatch(new RegExp(`^# ${file.slice(0, 4)}: [A-Z]`));
      expect(state).toMatch(/^\d{4}-\d\d-\d\d, (?:accepted|replaced)/);
      expect(headings).toEqual(HEADINGS);
      expect(sections.filter((section) => section.split("\n").join("").length < 30)).toEqual([]);
    });

    it("has one row in docs/decisions/README.md, under its number", ({ expect }) => {
      expect(index.split(`| [${file.slice(0, 4)}](${file}) | `)).toHaveLength(2);
    });
  },
);
