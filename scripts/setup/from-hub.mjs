import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackNpm } from './bootstrap.mjs';
import { EXCLUDED_FOLDERS, SUITE } from './recipes.mjs';
import { run } from './run.mjs';
import { lastLines, SetupProblem } from './say.mjs';

/** Makes `image` on top of Docker Hub's Debian, for machines where Debian's own packages are not at hand. */
export async function buildFromHub({ recipe, image, folder, label, debian = `debian:${SUITE}-slim` }) {
  if (recipe.npm) await unpackNpm(recipe.npm, folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile(recipe, debian));
  const argv = ['docker', 'build', '--quiet', '--tag', image, '--label', label, folder];
  const { code, stderr } = await run(argv, { env: { DOCKER_BUILDKIT: '1' } });
  if (code === 0) return;
  throw new SetupProblem(
    `${recipe.name} could not be made from ${debian}; make that image available and try again (${lastLines(stderr, 1)})`,
  );
}

/** The Dockerfile of a recipe: the same packages and the same omissions as the bootstrapped image. */
function dockerfile(recipe, debian) {
  const install = [
    `FROM ${debian} AS packages`,
    'RUN apt-get update -q && apt-get install -y -q --no-install-recommends \\',
    `    ${recipe.packages.join(' ')} \\`,
    `    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* ${EXCLUDED_FOLDERS.map((path) => `${path}/*`).join(' ')}`,
  ];
  if (recipe.npm) {
    install.push(
      'COPY npm /usr/local/lib/node_modules/npm',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
    );
  }
  return `${[...install, ...(recipe.rootfs === 'busybox' ? BUSYBOX_STAGES : []), 'CMD ["/bin/sh"]'].join('\n')}\n`;
}

const BUSYBOX_STAGES = [
  'RUN mkdir -p /root-fs/bin /root-fs/tmp /root-fs/etc && chmod 1777 /root-fs/tmp && cp /bin/busybox /root-fs/bin/ && /root-fs/bin/busybox --install -s /root-fs/bin \\',
  '    && cd /root-fs/bin && for link in *; do [ -L "$link" ] && ln -sf busybox "$link"; done; true',
  'FROM scratch',
  'COPY --from=packages /root-fs /',
];
