/** How often a race runs: in full with `npm run test:races`, a tenth of it elsewhere. */
export const rounds = (all: number): number => (process.env.ROUNDS === 'all' ? all : all / 10);
