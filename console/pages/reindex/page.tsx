import { useRoute } from "preact-iso";

import { describe } from "../../api/client.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { isGone } from "../../state/query.ts";
import { LastReindex } from "./last-reindex.tsx";
import { ReindexForm } from "./reindex-form.tsx";

/** The reindex of a vector store: how its index is built, the form that builds it again, and the last reindex. */
export default function ReindexPage() {
  const { store = "" } = useRoute().params;
  return <Reindex key={store} storeId={store} />;
}

function Reindex({ storeId }: { storeId: string }) {
  const path = { vector_store_id: storeId };
  const query = { include: ["edgewise.reindex" as const] };
  const store = useLive(storeId, "GET /v1/vector_stores/{vector_store_id}", { path });
  const name = "GET /v1/vector_stores/{vector_store_id}/index";
  const index = useLive(storeId, name, { path, query });
  const known = store.value;
  const storeName = known ? known.name || known.id : "Store";
  return (
    <Page
      title="Reindex"
      tab={`Reindex ${storeName}`}
      back={{ href: link(`/stores/${storeId}`), label: storeName }}
      actions={<CopyCurl request={describe(name, { path, query })} />}
    >
      <SubjectNotice query={store} kind="store" forms={[`reindex-${storeId}`]} />
      {!store.error && <ErrorNotice error={index.error} retry={index.reload} />}
      {(!known || !index.value) && !store.error && index.isLoading && <Loading />}
      {known && index.value && (
        <>
          {index.value.reindex && (
            <LastReindex
              reindex={index.value.reindex}
              canAct={!isGone(store)}
              onChanged={index.reload}
            />
          )}
          <ReindexForm store={known} index={index.value} onStarted={index.reload} />
        </>
      )}
    </Page>
  );
}
