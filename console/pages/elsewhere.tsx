import { Empty } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { link } from "../state/links.ts";
import { session } from "../state/session.ts";
import { KeyForm } from "./sign-in.tsx";

/** The page of an address that names no screen. */
export const NotFound = () => (
  <Page title="No such screen">
    <Empty icon="search" title="There is nothing at this address">
      <p>The address may be of a newer version, or was cut when it was copied.</p>
      <p>
        <a href={link("/")}>Go to the start</a>
      </p>
    </Empty>
  </Page>
);

/** The page of an address of a project that the session does not open. */
export const OtherProject = () => (
  <Page title="Another project">
    <div class="card narrow">
      <p>
        This address belongs to a project that you have not opened, or whose key was revoked. Paste
        one of its keys to see it; your other projects stay open.
      </p>
      <KeyForm action="Open the project" />
      {session.value?.projects.map(({ id, name }) => (
        <p key={id}>
          <a href={`/console/${id}/`}>Go to {name}</a>
        </p>
      ))}
    </div>
  </Page>
);
