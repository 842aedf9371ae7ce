import { isMissing } from "../../api/client.ts";
import type { VectorStoreFile } from "../../api/operations.ts";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Name } from "../../parts/text.tsx";
import { useLive } from "../../state/live.ts";
import { countOf, formatNumber } from "../../state/words.ts";
import { countAttributes, countChunkings } from "./count-values.ts";

const FILES = 100;

/** The attributes by which searches filter, and the sizes of chunks, as the newest files of a store have them. */
export function NewestFiles({ storeId }: { storeId: string }) {
  const listed = useLive(storeId, "GET /v1/vector_stores/{vector_store_id}/files", {
    path: { vector_store_id: storeId },
    query: { limit: FILES },
  });
  const files = listed.value?.data ?? [];
  if (files.length === 0) {
    // That the store is gone is said once, by its screen.
    return isMissing(listed.error) ? null : (
      <ErrorNotice error={listed.error} retry={listed.reload} />
    );
  }
  return (
    <section class="card stack" aria-label="Attributes and chunks">
      <h2>Attributes and chunks</h2>
      <p class="soft">
        {files.length < FILES
          ? `Of ${countOf(files.length, "file")}: all that the store has.`
          : `Of the newest ${FILES} files.`}
      </p>
      <Chunkings files={files} />
      <Attributes files={files} />
    </section>
  );
}

type Props = { readonly files: readonly VectorStoreFile[] };

const Chunkings = ({ files }: Props) => (
  <dl class="facts">
    {countChunkings(files).map(({ tokens, overlap, count }) => (
      <div key={`${tokens} ${overlap}`}>
        <dt>Chunks of {countOf(count, "file")}</dt>
        <dd>
          up to {countOf(tokens, "token")}, {formatNumber(overlap)} repeated
        </dd>
      </div>
    ))}
  </dl>
);

function Attributes({ files }: Props) {
  const attributes = countAttributes(files);
  if (attributes.length === 0) {
    return <p class="soft">No attributes. With them, searches can be limited to some files.</p>;
  }
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label="Attributes">
      <table>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col" class="number">
              Files
            </th>
            <th scope="col">Values</th>
          </tr>
        </thead>
        <tbody>
          {attributes.map(({ name, count, values, more }) => (
            <tr key={name}>
              <td>
                <Name of={name} />
              </td>
              <td class="number">{formatNumber(count)}</td>
              <td>
                {values.map((value) => (
                  <bdi key={value} class="tag">
                    {value}
                  </bdi>
                ))}
                {more > 0 && <span class="soft"> and {countOf(more, "other")}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
