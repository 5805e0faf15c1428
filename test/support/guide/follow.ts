import { type GuideBlock, shellBlocks } from './blocks.ts';
import type { GuideRoom } from './room.ts';
import { CHECKS, type GuideWorld, SITUATIONS } from './situations.ts';

/**
 * Runs every shell block of a page in its order, each in the situation that its mark names; rejects at the first that does not do what the
 * page says. The situations are brought about for real, and undone before the next one.
 */
export async function follow(
  page: string,
  text: string,
  { room, pristine }: { readonly room: GuideRoom; readonly pristine: string },
) {
  const world: GuideWorld = { pristine, weatherApiBefore: null, smallBackup: null, running: null };
  const blocks = shellBlocks(page, text);
  blocks.forEach(expectKnown);
  let present = '';
  let undo: () => Promise<void> | void = () => {};
  for (const block of blocks) {
    const startMs = performance.now();
    if (block.situation !== null) {
      await undo();
      undo = await SITUATIONS[block.situation]!(room, world);
      present = block.situation;
    }
    if (block.still !== null && block.still !== present) throw new Error(`${block.at}: the situation is ${present}`);
    await room.run(block);
    if (block.check !== null) await CHECKS[block.check]!(room, world);
    console.log(`${block.at} ${((performance.now() - startMs) / 1000).toFixed(1)} s ${block.situation ?? ''}`);
  }
  await undo();
  await room.closeAll();
  return blocks.length;
}

function expectKnown({ at, situation, check }: GuideBlock): void {
  if (situation !== null && !(situation in SITUATIONS)) throw new Error(`${at}: there is no situation ${situation}`);
  if (check !== null && !(check in CHECKS)) throw new Error(`${at}: there is no check ${check}`);
}
