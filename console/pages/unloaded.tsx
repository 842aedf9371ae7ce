import { useEffect, useRef } from "preact/hooks";

import { unreachable } from "../api/client.ts";
import { readSession } from "../api/session.ts";
import { ErrorNotice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { useQuery } from "../state/query.ts";

/**
 * In the place of a screen whose script could not be loaded. It is loaded again with the page, since browsers keep the
 * failure of a script: by itself once a service that was away is back.
 */
export function Unloaded() {
  const service = useQuery("service", readSession);
  const wasAway = useRef(false);
  useEffect(() => {
    if (service.error) wasAway.current = true;
    else if (service.value && wasAway.current) location.reload();
  }, [service.error, service.value]);
  return (
    <Page title="This screen could not be opened">
      <ErrorNotice error={unreachable()} retry={() => location.reload()} />
    </Page>
  );
}
