import { memo } from "preact/compat";

import { type Block, readBlocks } from "./blocks.ts";
import { readInline, type ShowMark } from "./inline.tsx";

type MarkdownProps = { readonly text: string; readonly showMark?: ShowMark };

const NO_MARKS: ShowMark = () => null;

/**
 * Text of a model or a document as Markdown, made of nodes alone: nothing in it is read as HTML, and nothing is loaded
 * from elsewhere. While a text grows, only its last block is drawn again.
 */
export const Markdown = ({ text, showMark = NO_MARKS }: MarkdownProps) => (
  <div class="prose" dir="auto">
    <Blocks blocks={readBlocks(text)} showMark={showMark} />
  </div>
);

const Blocks = ({ blocks, showMark }: { blocks: readonly Block[]; showMark: ShowMark }) => (
  <>
    {blocks.map((block, index) => (
      <ShownBlock key={index} block={block} showMark={showMark} />
    ))}
  </>
);

type BlockProps = { readonly block: Block; readonly showMark: ShowMark };

const isSame = (one: BlockProps, other: BlockProps) =>
  one.showMark === other.showMark && JSON.stringify(one.block) === JSON.stringify(other.block);

const ShownBlock = memo(({ block, showMark }: BlockProps) => {
  const inline = (text: string) => readInline(text, showMark);
  switch (block.kind) {
    case "paragraph":
      return <p>{inline(block.text)}</p>;
    case "heading":
      // Below the headings of the screen, so that the outline of the page holds.
      return block.level < 3 ? <h3>{inline(block.text)}</h3> : <h4>{inline(block.text)}</h4>;
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} showMark={showMark} />
        </blockquote>
      );
    case "list":
      return <List block={block} showMark={showMark} />;
    case "table":
      return <Table head={block.head} rows={block.rows} showMark={showMark} />;
    case "rule":
      return <hr />;
  }
}, isSame);

function List({ block, showMark }: { block: Block & { kind: "list" }; showMark: ShowMark }) {
  const items = block.items.map((blocks, index) => (
    <li key={index}>
      {blocks.length === 1 && blocks[0]?.kind === "paragraph" ? (
        readInline(blocks[0].text, showMark)
      ) : (
        <Blocks blocks={blocks} showMark={showMark} />
      )}
    </li>
  ));
  return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

type TableProps = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly showMark: ShowMark;
};

const Table = ({ head, rows, showMark }: TableProps) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a table that is wider than the page is scrolled by keys
  <div class="table-box" tabIndex={0}>
    <table>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={index}>{readInline(cell, showMark)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{readInline(cell, showMark)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
