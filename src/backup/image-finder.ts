import { createHash } from 'node:crypto';
import type { ImageId } from '../model/ids.ts';
import type { TarEntry } from '../util/tar.ts';

/** Manifests and configurations are smaller; layers are larger and not kept. */
const LARGEST_DOCUMENT_BYTES = 8 << 20;

/**
 * Finds which images a `docker save` archive holds whole, from its entries in any order. An image id is the digest of its configuration, or,
 * on the containerd store, of its manifest or index; either is only believed when the content of the entry has that digest.
 */
export class ImageFinder {
  readonly #names = new Set<string>();
  /** Digest of the content, hex, of every entry that is small enough to be a document. */
  readonly #documents = new Map<string, string>();
  readonly #digests = new Set<string>();

  async look({ name, sizeBytes, content }: TarEntry, skip: () => Promise<void>): Promise<void> {
    this.#names.add(name);
    if (sizeBytes > LARGEST_DOCUMENT_BYTES || sizeBytes === 0) return skip();
    const bytes = await collect(content);
    const digest = createHash('sha256').update(bytes).digest('hex');
    this.#digests.add(digest);
    if (bytes[0] === 0x7b || bytes[0] === 0x5b) this.#documents.set(name, bytes.toString('utf8'));
  }

  /** Whether the image is in what was looked at, with all its layers. */
  has(image: ImageId): boolean {
    const hex = image.replace(/^sha256:/, '');
    return this.#digests.has(hex) && this.#entries().some((entry) => entry.ids.includes(hex) && entry.complete);
  }

  #entries(): readonly { readonly ids: readonly string[]; readonly complete: boolean }[] {
    const manifest = parsed<ManifestEntry[]>(this.#documents.get('manifest.json')) ?? [];
    const index = parsed<Index>(this.#documents.get('index.json'));
    const indexed = (index?.manifests ?? []).map(({ digest }) => hexOf(digest));
    const configs = manifest.map(({ Config, Layers }) => ({
      ids: [hexOf(Config)],
      complete: (Layers ?? []).every((layer) => this.#names.has(layer)),
    }));
    const whole = configs.every((entry) => entry.complete);
    return [...configs, { ids: indexed, complete: whole }];
  }
}

interface ManifestEntry {
  readonly Config: string;
  readonly Layers: readonly string[] | null;
}

interface Index {
  readonly manifests?: readonly { readonly digest: string }[];
}

/** `blobs/sha256/<hex>`, `<hex>.json` and `sha256:<hex>`. */
function hexOf(name: string): string {
  return /[0-9a-f]{64}/.exec(name)?.[0] ?? '';
}

function parsed<T>(text: string | undefined): T | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
