import { parseImageRef } from '../../fleet/tags.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import { loadFindings } from '../configuration/load-findings.ts';
import type { DoctorCheck, LiveContext } from '../types.ts';

/** Tags that more than one service claims: in the fleet (found as it is loaded), and by containers of other projects (traps T8). */
export const checkSharedTags: DoctorCheck = {
  name: 'image-tags',
  title: 'Image tags',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async (context) => {
    const inFleet = loadFindings(context, 'image-tags');
    const elsewhere = context.facts.ok ? await usedElsewhere(context) : [];
    const tags = new Set(context.fleet.services.map(({ image }) => image));
    const where = context.facts.ok ? '' : '; other projects not looked at without an engine';
    return {
      seen: `${counted(tags.size, 'tag')} of ${counted(context.fleet.services.length, 'service')}${where}`,
      findings: [...inFleet, ...elsewhere],
    };
  },
};

/** A tag that a rebuild moves, and that another project's containers were made from: their next `up` would take our image. */
async function usedElsewhere({ fleet, selected, host }: Pick<LiveContext, 'fleet' | 'selected' | 'host'>): Promise<Diagnostic[]> {
  const ours = new Set(fleet.projects.map(({ name }) => name));
  const others = (await host.containers()).filter(({ project }) => project !== null && !ours.has(project));
  return selected.flatMap((service) => {
    const users = service.build === null ? [] : others.filter(({ image }) => isSameTag(image, service.image));
    return users.length === 0 ? [] : [tagElsewhere(service, users)];
  });
}

function isSameTag(a: string, b: string): boolean {
  const [first, second] = [parseImageRef(a), parseImageRef(b)];
  return first.repository === second.repository && first.tag !== null && first.tag === second.tag;
}

function tagElsewhere(
  service: Service,
  users: readonly { readonly name: string; readonly project: string | null }[],
): Diagnostic {
  const projects = [...new Set(users.map(({ project }) => project))].join(', ');
  return {
    code: 'tag-used-elsewhere',
    severity: 'warning',
    service: service.key,
    message: `The tag ${service.image} of ${service.key} is run by another project too (${projects}), which takes the new image at its next up`,
    ...service.place,
    evidence: users.map(({ name, project }) => `container ${name} of project ${project}`).join('\n'),
    remedy: 'give the service its own `image` in the Compose file',
  };
}
