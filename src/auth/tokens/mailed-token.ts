/** 43 base64url characters. Mail clients may append punctuation or spaces to a link: `.`, `>`, `)`. */
const MAILED = /^([\w-]{43})(?![\w-])/;

/** Extracts the token from the end of a link. Without a token it returns the text, which matches no token. */
export const mailedToken = (text: string): string => MAILED.exec(text)?.[1] ?? text;
