/** How a program of ours is started that goes on when this process, its terminal and its process group are gone; with its own environment only. */
export const OUTLIVING = { extendEnv: false, detached: true, cleanup: false, reject: false, buffer: false } as const;
