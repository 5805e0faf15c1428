import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type ImageId, shortId } from '../../model/ids.ts';
import { utcText } from '../../util/instant.ts';
import { finding } from '../codes.ts';
import { containersOf } from '../counts.ts';
import type { Looked, ValidateCheck, ValidateContext } from '../types.ts';

/** Whether each container runs the image that the last release or run records, and whether its tag still stands for it (traps T1). */
export const imageCheck: ValidateCheck = {
  name: 'image',
  title: 'Images',
  column: 'image',
  run: async (context) => look(context),
};

interface Recorded {
  readonly service: Service;
  readonly image: ImageId;
  readonly tag: string;
  /** Who says so: `release R` or `run R`. */
  readonly by: string;
}

function look(context: ValidateContext): Looked {
  const recorded = context.services.flatMap((service) => recordedImage(service, context) ?? []);
  const running = recorded.filter(({ service }) => containersOf(context, service).length > 0);
  const findings = running.flatMap((one) => [...otherImages(one, context), ...movedTag(one, context)]);
  const same = running.filter((one) => otherImages(one, context).length === 0).length;
  const seen = recorded.length === 0 ? 'no image is recorded' : `${same} of ${running.length} as recorded`;
  return { seen, findings, looked: running.map(({ service }) => service.key) };
}

/** Null: none, or a run that did not come to its end may have put another in place. */
function recordedImage(service: Service, { expected }: ValidateContext): Recorded | null {
  const told = expected.get(service.key);
  switch (told?.by) {
    case 'release':
      return { service, image: told.entry.image!, tag: told.entry.tag, by: `release ${told.release}` };
    case 'run':
      return { service, image: told.image, tag: service.image, by: `run ${told.run}` };
    default:
      return null;
  }
}

function otherImages({ service, image, tag, by }: Recorded, context: ValidateContext): Diagnostic[] {
  return containersOf(context, service).flatMap((container) => {
    if (container.image === image) return [];
    return finding('image-differs', {
      service: service.key,
      message: `${container.name} runs image ${shortId(container.image)}; ${by} has ${shortId(image)}`,
      evidence: `container made ${utcText(container.createdAt)}, tag ${tag}`,
      remedy: `Put it back with \`slipway rollback ${service.key}\`, or record what runs with \`slipway adopt\``,
    });
  });
}

/** A plain `docker compose up` would put in place what the tag stands for. */
function movedTag({ service, image, tag, by }: Recorded, { observed }: ValidateContext): Diagnostic[] {
  const entry = observed.services[service.key];
  // The tag of a release that is no longer that of the files was not looked up.
  if (!entry || tag !== service.image || entry.tagImage === image) return [];
  const back = `Put it back: \`docker tag ${shortId(image)} ${tag}\``;
  if (entry.tagImage === null)
    return [
      finding('tag-missing', {
        service: service.key,
        message: `Tag ${tag} is gone: a plain \`docker compose up\` cannot make ${service.key} anew`,
        remedy: back,
      }),
    ];
  return [
    finding('tag-moved', {
      service: service.key,
      message: `Tag ${tag} stands for image ${shortId(entry.tagImage)}; ${by} has ${shortId(image)}`,
      remedy: `A plain \`docker compose up\` would put it in place. ${back}`,
    }),
  ];
}
