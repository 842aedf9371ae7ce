import { findLeftOut } from "../state/where.ts";
import { Words } from "./text.tsx";

/** Says which of the conditions that were typed are none, so that nobody believes that they are applied. */
export function LeftOut({ where }: { where: string }) {
  const [line] = findLeftOut(where);
  if (line === undefined) return null;
  return (
    <p class="reason small" role="status">
      Not applied, since it is no condition: <Words of={line} />
    </p>
  );
}
