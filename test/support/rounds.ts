/** In the long form of `npm run test:nightly`. */
export const IS_LONG = process.env.NIGHTLY === 'long';

/** How often a race runs: in full in the long form, a tenth of it elsewhere. */
export const rounds = (all: number): number => (IS_LONG ? all : all / 10);
