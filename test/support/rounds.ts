/** In the long form of `npm run test:nightly`. */
export const IS_LONG = process.env.NIGHTLY === 'long';

/** How often a race is run: a tenth of it outside the long form. */
export const rounds = (all: number): number => (IS_LONG ? all : all / 10);
