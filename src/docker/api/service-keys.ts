import type { Service } from '../../fleet/types.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { COMPOSE_LABEL } from '../labels.ts';

/**
 * Which of the fleet's services a container's labels stand for. A key is `service` or `project/service`, depending on the fleet,
 * which an engine learns when it is first asked to observe one; before that it is the Compose name.
 */
export class ServiceKeys {
  readonly #keys = new Map<string, ServiceKey>();

  learn(services: readonly Service[]): void {
    for (const service of services) this.#keys.set(`${service.project}/${service.name}`, service.key);
  }

  /** The key for a container with these labels. */
  of(labels: Readonly<Record<string, string>>): ServiceKey {
    const name = labels[COMPOSE_LABEL.service] ?? '';
    return this.#keys.get(`${labels[COMPOSE_LABEL.project]}/${name}`) ?? name;
  }
}
