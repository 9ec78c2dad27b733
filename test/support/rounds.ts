/** How often a race is run: so many times by `npm run test:races`, a tenth of it elsewhere. */
export const rounds = (all: number): number => (process.env.ROUNDS === 'all' ? all : all / 10);
