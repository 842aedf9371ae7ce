import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import OpenAI, { toFile } from "openai";
import { beforeAll, describe, expect, it } from "vitest";

import type { Service } from "../../../scripts/local/service.ts";

/** Documents beside the project, from which parsers lost or altered text once. Other folders have none of them. */
const CASES = join(import.meta.dirname, "../../../../shared/cases");

/** A document, a question about it, and the words of the document that answer it. */
const ASKED: readonly (readonly [file: string, question: string, words: string])[] = [
  ["csv-pandas-index.csv", "What is the salary of Person17?", "name: Person17; salary: 1017;"],
  ["docx-equation.docx", "What is the limit in units?", "The limit is x = 42 units"],
  ["docx-header.docx", "What is the policy number?", "Policy number HX-77"],
  ["docx-list-starts-at-5.docx", "What is the fifth clause?", "Fifth clause"],
  ["docx-main-part-document2.docx", "How long does the warranty last?", "two years"],
  ["html-accordion-button.html", "How many days do refunds take?", "14 days"],
  ["html-cp1252.html", "When does the café open?", "The café opens at 8"],
  ["html-del-ins.html", "How many months is the term?", "The term is twenty months"],
  ["html-head-not-closed.html", "How many days of leave do employees have?", "30 days of leave"],
  ["html-ol-start.html", "What does step 9 say?", "9. Close the valve"],
  ["html-rowspan.html", "What were the sales of North in 2022?", "| North | 2022 | 20 |"],
  ["html-superscript.html", "How many cycles is it rated for?", "10^6 cycles"],
  ["html-unicode-spaces.html", "What is the fee in EUR?", "9 000 EUR"],
  ["md-table-3-rows.md", "What is the price of the Bellows?", "| Bellows | 25 EUR | 3 |"],
  ["md-table-400-rows.md", "What is the price of P0123?", "| P0123 | 369 EUR | note 123 |"],
  ["pdf-fake-bold.pdf", "After how many years does the warranty end?", "ends after two years"],
  ["pdf-form-value.pdf", "What is the name?", "Grace Example"],
  ["pdf-japanese-predefined-cmap.pdf", "日本語の保証は何年ですか", "日本語の保証は二年です"],
  ["pdf-line-end-hyphen.pdf", "What is the self-contained unit?", "state-of-the-art"],
  ["pdf-two-columns-drawn-by-row.pdf", "What did the committee approve?", "approved the budget"],
  ["text-mentions-pdf-magic.md", "Which bytes does a PDF start with?", "%PDF-1.7"],
  ["text-starts-with-ID3.md", "What do ID3 tags hold?", "title and artist"],
  ["text-starts-with-MZ.txt", "Where are MZ Wallace bags sold?", "in the shop at the corner"],
  ["text-utf32.txt", "In which month were prices that rose?", "Prices rose in March"],
];

/** Declares the tests of the documents, which ask the service of a test file. */
export function describeSharedCases(service: () => Service): void {
  describe.skipIf(!existsSync(CASES))(
    "the documents of ../shared/cases (skipped where they are missing)",
    () => {
      let client: OpenAI;
      beforeAll(() => {
        const { url, secrets } = service();
        const { apiKey } = secrets;
        client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
      });

      it.each(ASKED)("%s: %s", async (name, question, words) => {
        const store = await client.vectorStores.create({ name });
        const file = await toFile(readFileSync(join(CASES, name)), name);
        const indexed = await client.vectorStores.files.uploadAndPoll(store.id, file, {
          pollIntervalMs: 50,
        });
        expect(indexed).toMatchObject({ status: "completed", last_error: null });

        type Cited = { quote: string; source_start: number; source_end: number };
        type Answer = { output: { content?: { annotations: Cited[] }[] }[] };
        const answer: Answer = await client.post("/responses", {
          body: {
            model: "extractive-1",
            input: question,
            include: ["edgewise.grounding"],
            tools: [{ type: "file_search", vector_store_ids: [store.id] }],
          },
        });
        const cited = answer.output
          .flatMap(({ content = [] }) => content)
          .flatMap((part) => part.annotations);
        const content = await client.vectorStores.files.content(indexed.id, {
          vector_store_id: store.id,
        });
        const text = content.data.map((part) => part.text).join("");
        expect(cited.map(({ quote }) => quote).join("\n")).toContain(words);
        for (const { quote, source_start: start, source_end: end } of cited) {
          expect(text.slice(start, end)).toBe(quote);
        }
      });
    },
  );
}
