import { startEmbeddingServer } from "../../test/fakes/embedding-server.ts";
import { type Service, startService } from "../local/service.ts";

/** The name of the second embedding model. Its vectors have other dimensions than those of `hash-1`. */
export const SECOND_MODEL = "letters-48";
const DIMENSIONS = 48;

/** A service whose store begins with `hash-1`, and the provider of a second model beside it, which no kill meets. */
export class TwoModels {
  service: Service;
  readonly #folder: string;
  readonly #port: number;
  readonly #provider: Awaited<ReturnType<typeof startEmbeddingServer>>;

  private constructor(
    service: Service,
    { folder, port }: { readonly folder: string; readonly port: number },
    provider: Awaited<ReturnType<typeof startEmbeddingServer>>,
  ) {
    this.service = service;
    this.#folder = folder;
    this.#port = port;
    this.#provider = provider;
  }

  /** Starts both. The service knows `hash-1` alone at first, so that new stores get it. */
  static async start(folder: string, port: number): Promise<TwoModels> {
    const provider = await startEmbeddingServer();
    provider.state.dimensionsOf = { [SECOND_MODEL]: DIMENSIONS };
    const service = await startService({ folder, port, output: "file" });
    return new TwoModels(service, { folder, port }, provider);
  }

  /** Number of texts that the second model has embedded. */
  get embedded(): number {
    return this.#provider.state.asked.length;
  }

  /** Starts the service again, at the same address, with the second model. */
  async addModel(): Promise<void> {
    await this.service.stop();
    const vars = { LLM_BASE_URL: this.#provider.url, EMBEDDING_MODEL: SECOND_MODEL };
    const [folder, port] = [this.#folder, this.#port];
    this.service = await startService({ folder, port, output: "file", vars });
  }

  /** Stops both. */
  async stop(): Promise<void> {
    await this.service.stop();
    this.#provider.stop();
  }
}
