import { USUAL_DEFAULTS } from '../settings/from-container.ts';
import { settingsAskedFor } from '../settings/from-service.ts';
import type { ImageDefaults, OwnSettings } from '../settings/types.ts';
import { numberOf } from './containers.ts';
import type { Image } from './images.ts';
import type { World } from './world.ts';

/** A container's settings: what the model that it was made from asks for; null when it is gone, or was made from none. */
export function settingsOf(world: World, id: string): OwnSettings | null {
  const container = world.containers.find(id);
  if (!container?.definition) return null;
  const { model, service, ref } = container.definition;
  const image = world.images.find(container.image);
  const number = numberOf(container);
  const asked = { model, service: service.name, tag: ref, number };
  return {
    image: container.image,
    number,
    settings: settingsAskedFor(asked, defaultsOf(image), USUAL_DEFAULTS),
    defaults: image && defaultsOf(image),
    engine: USUAL_DEFAULTS,
  };
}

/** What an image, by tag or id, brings into each container; null when there is none. */
export function imageDefaults(world: World, ref: string): ImageDefaults | null {
  const image = world.images.find(ref);
  return image && defaultsOf(image);
}

function defaultsOf(image: Image | null): ImageDefaults {
  return {
    command: ['/serve'],
    entrypoint: [],
    environment: {},
    user: '',
    working_dir: '',
    labels: image?.labels ?? {},
    exposed: [],
    volumes: image?.volumes ?? [],
    healthcheck: null,
    stop_signal: '',
  };
}
