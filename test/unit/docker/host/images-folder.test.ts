import { expect, test } from 'vitest';
import { imagesFolderOf } from '../../../../src/docker/host/engine-host.ts';

const DockerRootDir = '/data/docker';
const STORE = [['driver-type', 'io.containerd.snapshotter.v1']] as const;

/** Where images live when these folders are there. */
function folder(info: Omit<Parameters<typeof imagesFolderOf>[0], 'DockerRootDir'>, ...there: readonly string[]): string {
  return imagesFolderOf({ DockerRootDir, ...info }, (path) => there.includes(path));
}

test("images live in the engine's folder, but with the image store of a containerd of its own in that one's", () => {
  const system = { Address: '/run/containerd/containerd.sock' };
  const both = ['/data/docker/containerd/daemon', '/var/lib/containerd'];
  expect(folder({ DriverStatus: [['Backing Filesystem', 'extfs']], Containerd: system }, ...both)).toBe(DockerRootDir);
  expect(folder({ DriverStatus: STORE, Containerd: system }, ...both)).toBe('/var/lib/containerd');
  // Started by the engine: its folder is in the engine's.
  expect(folder({ DriverStatus: STORE, Containerd: { Address: '/var/run/docker/containerd/containerd.sock' } }, ...both)).toBe(
    DockerRootDir,
  );
  // An engine that does not say which one it uses.
  expect(folder({ DriverStatus: STORE }, ...both)).toBe(DockerRootDir);
  expect(folder({ DriverStatus: STORE }, '/var/lib/containerd')).toBe('/var/lib/containerd');
  // Configured to be elsewhere: better the engine's own folder than none.
  expect(folder({ DriverStatus: STORE, Containerd: system })).toBe(DockerRootDir);
});
