const RELOADED = "edgewise-reloaded";

/**
 * Loads a part of the console that is not needed at first. After a deployment, an open page may ask for a file that the
 * new version lacks: then the page is loaded again, once.
 */
export async function loadChunk<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    const part = await load();
    sessionStorage.removeItem(RELOADED);
    return part;
  } catch (error) {
    if (sessionStorage.getItem(RELOADED) !== null || !navigator.onLine) throw error;
    sessionStorage.setItem(RELOADED, "1");
    location.reload();
    return await new Promise(() => {});
  }
}
