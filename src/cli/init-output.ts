import { relative } from 'node:path';
import { initDocument, remarkLines, type Written } from '../init/summary.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Paint } from '../report/paint.ts';
import type { InitPlace } from './init-place.ts';
import { complain, paintFor } from './look.ts';
import type { CommonValues } from './options/common.ts';
import type { World } from './world.ts';

/** A configuration that was made; what the older one says and it does not; what loading it finds; how to speak of it. */
export interface Made {
  readonly text: string;
  readonly remarks: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  summary(written: Written, paint: Paint): string;
}

/** Says what was made, on stdout the file or what is in it, on stderr what to know of it; as one document with `--output json`. */
export function tellMade(
  { values, world }: { readonly values: CommonValues; readonly world: World },
  { file, isPrinted, plan }: InitPlace,
  made: Made,
): void {
  if (values.output === 'json') {
    world.out.write(initDocument(made, { file, written: !isPrinted }));
    return;
  }
  world.err.write(remarkLines(made.remarks, paintFor(world.err, world.env, values)));
  complain(world, made.diagnostics, values);
  const near = relative(world.cwd, file);
  if (isPrinted) world.out.write(made.text);
  else if (values.output !== 'quiet')
    world.out.write(made.summary({ file: near.startsWith('..') ? file : near, plan }, paintFor(world.out, world.env, values)));
}
