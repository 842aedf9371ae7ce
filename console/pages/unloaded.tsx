import { unreachable } from "../api/client.ts";
import { ErrorNotice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";

/**
 * In the place of a screen whose script could not be loaded. It is loaded again with the page, since browsers keep the
 * failure of a script.
 */
export const Unloaded = () => (
  <Page title="This screen could not be opened">
    <ErrorNotice error={unreachable()} retry={() => location.reload()} />
  </Page>
);
