import { useRoute } from "preact-iso";

import { StoreList } from "./store-list.tsx";
import { StoreView } from "./store-view.tsx";

/** The vector stores of a project, or one of them. */
export default function StoresPage() {
  const { store } = useRoute().params;
  return store ? <StoreView key={store} storeId={store} /> : <StoreList />;
}
