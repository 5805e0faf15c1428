import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A registry on loopback that serves images of one file each; the engine and buildx speak plain HTTP to loopback. */
export interface Registry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Makes `name:tag` an image whose only file holds the text; an earlier one of that tag is forgotten. */
  push(name: string, tag: string, text: string): void;
  /** From now on each request is answered with this status; null = as usual. */
  breakWith(status: number | null): void;
  close(): Promise<void>;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Starts one on a free port. */
export async function startRegistry(): Promise<Registry> {
  const manifests = new Map<string, Buffer>();
  const blobs = new Map<string, Buffer>();
  let broken: number | null = null;
  const server = createServer((request, response) => {
    const answer = (status: number, body: Buffer, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-length': body.length, ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (broken !== null) return answer(broken, Buffer.alloc(0));
    const path = request.url!.split('?')[0]!;
    if (path === '/v2/') return answer(200, Buffer.from('{}'));
    const [, name, kind, ref] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    const body = kind === 'manifests' ? manifests.get(`${name}:${ref}`) : blobs.get(ref ?? '');
    if (!body) return answer(404, Buffer.from('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'));
    const type = kind === 'manifests' ? MANIFEST : 'application/octet-stream';
    answer(200, body, { 'content-type': type, 'docker-content-digest': digestOf(body) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const blob = (data: Buffer, mediaType: string) => {
    blobs.set(digestOf(data), data);
    return { mediaType, size: data.length, digest: digestOf(data) };
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    push: (name, tag, text) => {
      const tar = tarOf('content', text);
      const layer = blob(gzipSync(tar), 'application/vnd.docker.image.rootfs.diff.tar.gzip');
      const config = { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } };
      const described = blob(Buffer.from(JSON.stringify(config)), 'application/vnd.docker.container.image.v1+json');
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: described, layers: [layer] }));
      manifests.set(`${name}:${tag}`, manifest);
      manifests.set(`${name}:${digestOf(manifest)}`, manifest);
    },
    breakWith: (status) => {
      broken = status;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function digestOf(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** A tar archive of one small file (ustar). */
function tarOf(name: string, text: string): Buffer {
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(Buffer.byteLength(text), 12) + octal(0, 12), 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const content = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
  content.write(text);
  return Buffer.concat([header, content, Buffer.alloc(1024)]);
}
