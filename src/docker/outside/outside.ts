import type { Environment } from '../environment.ts';
import { freeSpace } from '../host/free-space.ts';
import type { Outside } from '../outside-port.ts';
import { commandAnswer } from './command-answer.ts';
import { httpAnswer } from './http-answer.ts';

/** The world as this process reaches it; commands get the environment `own`. */
export function createOutside(own: Environment): Outside {
  return {
    http: httpAnswer,
    run: (argv, how) => commandAnswer(argv, { ...how, env: own }),
    freeBytes: async (folder) => (await freeSpace(folder))?.freeBytes ?? null,
  };
}
