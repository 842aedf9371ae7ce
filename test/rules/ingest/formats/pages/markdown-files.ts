import type { FormatFile } from "../format-file.ts";
import { MARKDOWN_HTML_FILES } from "./markdown-html-files.ts";
import { MARKDOWN_ODD_FILES } from "./markdown-odd-files.ts";

const DATA = `data:image/png;base64,${"iVBORw0KGgo".repeat(40)}=`;
const same = (name: string, source: string): FormatFile => ({ name, source, text: source });
const notebook = (cells: readonly unknown[]) =>
  JSON.stringify({ cells, nbformat: 4, metadata: {} });

/** Markdown files and notebooks, each with the text and the warnings that it must have. */
export const MARKDOWN_FILES: readonly FormatFile[] = [
  same("plain.md", "# Title\n\nText *with* marks and `code`.\n"),
  same("numbers.md", "5. Fifth\n6. Sixth\n\n10) Tenth\n"),
  same("table.md", "| Item | EUR |\n| --- | --- |\n| Bolt | 3 |\n"),
  same("fence.md", "```sh\ncurl -d 'data: 1'\n---\n```\n"),
  same("rule.md", "Above\n\n---\n\nBelow\n"),
  same("image.md", "![Plan](plan.png) and [link](a.html)\n"),
  same("math.md", "So $x = 42$ and $$a/b$$.\n"),
  ...MARKDOWN_HTML_FILES,
  {
    name: "data.md",
    source: `See ![Plan of floor 2](${DATA}) and ![](${DATA}).\n`,
    text: "See Plan of floor 2 and .\n",
    warnings: ["1 image without text"],
  },
  {
    name: "data-tag.md",
    source: `See <img alt="Plan" src="${DATA}"> and <img src='${DATA}'/>.\n`,
    text: "See Plan and .\n",
    warnings: ["1 image without text"],
  },
  {
    name: "data-reference.md",
    source: `See ![a][fig].\n\n[fig]: <${DATA}>\n`,
    text: "See ![a][fig].\n\n\n",
    warnings: ["1 image without text"],
  },
  {
    name: "front-matter.md",
    source:
      '---\ntitle: "Leave policy"\n# internal\ntags:\n  - hr\n  - leave\ndays: 30\n---\n\n# Leave\n',
    text: "title: Leave policy\ntags: hr, leave\ndays: 30\n\n# Leave\n",
  },
  { name: "front-alone.md", source: "---\nvalid: 2026\n---\n", text: "valid: 2026\n\n" },
  same("open-front.md", "---\ntitle: x\n\nno end\n"),
  {
    name: "notebook.ipynb",
    source: notebook([
      { cell_type: "markdown", source: ["# Sales\n", "In EUR."] },
      {
        cell_type: "code",
        source: "print(1437)",
        outputs: [
          { output_type: "stream", text: ["1437\n"] },
          { output_type: "display_data", data: { "image/png": DATA, "text/plain": ["<Figure>"] } },
          { output_type: "execute_result", data: { "text/plain": "42" } },
        ],
      },
    ]),
    text: "# Sales\nIn EUR.\n\n```\nprint(1437)\n```\n\n```\n1437\n```\n\n```\n42\n```",
    warnings: ["1 image without text"],
  },
  { name: "broken.ipynb", source: '{"cells": 3}', text: "cells: 3" },
  ...MARKDOWN_ODD_FILES,
];
