import type { RestorePlan } from '../backup/restore-plan.ts';
import { shortId } from '../model/ids.ts';
import { counted, humanBytes } from '../util/human.ts';
import type { Paint } from './paint.ts';

/** What a restore would do, for people: names and sizes, never what is in a file. */
export function renderRestorePlan(plan: RestorePlan, root: string, paint: Paint): string {
  const { record, load, tags, files, leftOutside, volumes, groups, services, left } = plan;
  const stopped = [...new Set(groups.flatMap((g) => g.users.map((u) => u.name)))];
  const changed = services.filter(({ from, to }) => from !== to);
  const lines = [
    `${paint.bold('Restore')} ${record.backup}, taken ${record.at}, into ${root}`,
    `  images    ${load.length === 0 ? 'all are on the engine' : `load ${counted(load.length, 'image')}`}`,
    ...tags.map(({ tag, image, from }) => `              ${tag}  ${from === null ? 'new' : shortId(from)} -> ${shortId(image)}`),
    `  files     ${files.length === 0 ? 'none is written' : `write ${counted(files.length, 'file')}`}`,
    ...files.map(({ file, change, bytes, bytesNow }) => {
      const size = bytesNow === null ? humanBytes(bytes) : `${humanBytes(bytesNow)} -> ${humanBytes(bytes)}`;
      return `              ${file.to}  ${change}, ${size}`;
    }),
    ...leftOutside.map((to) =>
      paint.warn(`              ${to}  left as it is: outside of the project dir (--outside writes it)`),
    ),
    `  volumes   ${volumes.length === 0 ? `left as they are${record.volumes.length > 0 ? ' (--volumes restores them)' : ''}` : `restore ${counted(volumes.length, 'volume')}`}`,
    ...volumes.map(({ name, exists }) => `              ${name}  ${exists ? paint.warn('what is in it now is lost') : 'new'}`),
    ...(stopped.length === 0 ? [] : [paint.warn(`              stopped meanwhile: ${stopped.join(', ')}`)]),
    `  services  ${changed.length === 0 ? 'all run what they ran' : counted(changed.length, 'service')}`,
    ...changed.map(
      ({ service, from, to }) => `              ${service}  ${from === null ? 'down' : shortId(from)} -> ${shortId(to)}`,
    ),
    ...(left.length === 0
      ? []
      : [paint.dim(`              not started: ${left.join(', ')} (jobs, and what did not run then; name it to have it)`)]),
  ];
  return `${lines.join('\n')}\n`;
}
