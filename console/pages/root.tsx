import { lazy, Route, Router, useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";

import { ErrorNotice, Loading } from "../parts/notice.tsx";
import { loadChunk } from "../state/chunks.ts";
import { OPERATOR } from "../state/links.ts";
import { useRecovery } from "../state/recovery.ts";
import { enterProject, isSignedIn, openSession, session, sessionError } from "../state/session.ts";
import { NotFound, OtherProject } from "./elsewhere.tsx";
import { type Screen, SCREENS, screenHref } from "./routes.ts";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { Unloaded } from "./unloaded.tsx";

const ROUTES = SCREENS.map((screen) => ({
  path: `/console/:project${screen.path}`,
  screen,
  component: lazy(() => loadChunk(screen.load).catch(() => ({ default: Unloaded }))),
}));

/** The page as a whole: the form to sign in, or the screen that the address names. */
export function Root() {
  const { path, route } = useLocation();
  useEffect(() => void openSession(), []);
  const known = session.value;
  useRecovery(known ? undefined : sessionError.value, () => void openSession());
  const [, , named, rest] = path.split("/");
  const project = named && named !== OPERATOR ? named : (known?.projects[0]?.id ?? null);
  const first = known && !rest ? findFirst(project, known.operator) : null;
  useEffect(() => {
    if (first) route(first, true);
  }, [first]);
  if (!known && sessionError.value !== undefined) {
    return (
      <main class="sign-in">
        <ErrorNotice error={sessionError.value} retry={() => void openSession()} />
      </main>
    );
  }
  if (!known || (isSignedIn.value && first)) return <Loading />;
  if (!isSignedIn.value) return <SignIn />;
  const isOperator = named === OPERATOR;
  enterProject(isOperator ? null : (named ?? null));
  const isOpen = isOperator ? known.operator : known.projects.some(({ id }) => id === named);
  return (
    <Shell>
      {isOpen ? (
        // A screen of another project is another one, with nothing left of what was typed and read.
        <Router key={named}>
          {ROUTES.filter(({ screen }) => (screen.needs === "operator") === isOperator).map(
            ({ path: pattern, component }) => (
              <Route key={pattern} path={pattern} component={component} />
            ),
          )}
          <Route default component={NotFound} />
        </Router>
      ) : (
        <OtherProject />
      )}
    </Shell>
  );
}

/** Returns the address of the first screen of the menu that the session opens. */
function findFirst(projectId: string | null, isOperator: boolean): string | null {
  const opens = ({ needs, menu }: Screen) =>
    menu !== undefined && (needs === "operator" ? isOperator : projectId !== null);
  const screen = SCREENS.find(opens);
  return screen ? screenHref(screen, projectId) : null;
}
