import { z } from 'zod';

/** What an action is asked with. `confirm` repeats the run: the page asks for it, a script has to mean it. */
const actionSchema = z.strictObject({
  run: z.string().min(1).max(64),
  confirm: z.string().min(1).max(64),
  /** Of a rollback; left out: all that the run replaced. */
  services: z.array(z.string().min(1).max(512)).min(1).max(10_000).exactOptional(),
  /** Of a cancel: end builds and tests too. */
  now: z.literal(true).exactOptional(),
});

export type ActionBody = Readonly<z.infer<typeof actionSchema>>;

/** Reads an action's body; null when it is none. */
export function readActionBody(text: string): ActionBody | null {
  try {
    return actionSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
