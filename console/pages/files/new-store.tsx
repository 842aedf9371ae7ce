import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { StoreForm } from "../../parts/store-form.tsx";

/** The first screen of a project without a vector store: makes one. */
export const NewStore = ({ onMade }: { onMade: () => void }) => (
  <Page title="Files">
    <Empty icon="stores" title="Make a vector store first">
      <p>
        A vector store is a set of files that are searched together, such as a handbook or the
        tickets of a product.
      </p>
      <StoreForm onMade={onMade} />
    </Empty>
  </Page>
);
