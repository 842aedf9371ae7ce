import { seededRandom } from "../random.ts";

/**
 * A function that chooses one of `points`, the names of points in the code, to crash the object at, or none. It returns
 * a function to call at each of these points, which crashes the object at the chosen one.
 */
export type PlanCrash = (points: readonly string[]) => (point: string) => void;

/** Number of starts of each object in this process; survives their crashes. */
const lives = new Map<string, number>();

/**
 * Makes the function that chooses at random where an object crashes. The choices follow from the seed of the process
 * and the number of times that the object was started. `chance`, 0 to 1, is the probability that a point is chosen.
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
