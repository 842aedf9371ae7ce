import { seededRandom } from "../random.ts";

/**
 * Chooses one of the points to crash the object at, or none. Call the returned function at each of the points: it
 * crashes the object at the chosen one.
 */
export type PlanCrash = (points: readonly string[]) => (point: string) => void;

/** Number of starts of each object in this process; survives their crashes. */
const lives = new Map<string, number>();

/**
 * Makes the random choices of an object's crashes, from the seed of the process and the number of times that the object
 * was started. `chance` is 0 to 1.
 */
export function planCrashes(ctx: DurableObjectState, seed: string, chance: number): PlanCrash {
  const id = ctx.id.toString();
  const life = (lives.get(id) ?? 0) + 1;
  lives.set(id, life);
  const random = seededRandom(`${seed}/${id}/${life}`);
  return (points) => {
    const chosen = random() < chance ? points[Math.floor(random() * points.length)] : undefined;
    return (point) => {
      if (point !== chosen) return;
      // abort() ends the object at once. The driver counts the printed lines.
      console.log(`crash: ${point}`);
      ctx.abort(`The fuzz crashes this object ${point}`);
    };
  };
}
