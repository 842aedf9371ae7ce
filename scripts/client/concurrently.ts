/** Calls `work` for every item, at most `workersMax` at a time. Returns the results in the order of the items. */
export async function concurrently<Item, Outcome>(
  items: readonly Item[],
  workersMax: number,
  work: (item: Item, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) outcomes[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: workersMax }, worker));
  return outcomes;
}
