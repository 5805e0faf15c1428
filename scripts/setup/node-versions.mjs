import { join } from 'node:path';
import { installPinned, TEST_CACHE } from './pinned-package.mjs';
import { run } from './run.mjs';
import { SetupProblem, say, secondsSince } from './say.mjs';

/** The versions of Node.js that the package is tried on: the oldest that it promises to run on, and the lines that came after. */
const PINNED = {
  '20.19.0': {
    x64: 'sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
    arm64: 'sha512-kT7jX7frbsrMrXMsBaFt3Th1SWs5VjxTzd0U8vxcmdCFkaqeu5hFK0+QoYfIo5drmr3DmwJfLtO2gnD/7hNE/Q==',
  },
  '22.23.3': {
    x64: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    arm64: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
  '24.21.0': {
    x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

/** Those versions, the oldest first. */
export const NODE_VERSIONS = Object.keys(PINNED);

/** The folder that holds the program `node` of that version. */
export function nodeFolder(version) {
  return join(place(version), 'bin');
}

/** Null, or which versions are missing. */
export async function checkNodeVersions() {
  const found = await Promise.all(
    NODE_VERSIONS.map((version) => run([join(nodeFolder(version), 'node'), '--version'], { timeoutMs: 30_000 })),
  );
  const missing = NODE_VERSIONS.filter((version, i) => found[i].stdout.trim() !== `v${version}`);
  return missing.length === 0 ? null : { missing };
}

/** Takes the missing versions out of npm's packages of them, which must be the pinned ones to the byte; throws a SetupProblem where that is not possible. */
export async function installNodeVersions({ missing }) {
  const startMs = performance.now();
  say('Node.js', `downloading ${missing.join(' and ')}`);
  for (const version of missing) await installNode(version);
  say('Node.js', `installed in ${secondsSince(startMs)}`);
}

async function installNode(version) {
  const integrity = PINNED[version][process.arch];
  if (process.platform !== 'linux' || integrity === undefined)
    throw new SetupProblem(`there is no Node.js ${version} for ${process.platform} ${process.arch} to test with`);
  await installPinned({ name: `node-linux-${process.arch}`, version, integrity }, place(version));
}

function place(version) {
  return join(TEST_CACHE, `node-${version}-${process.arch}`);
}
