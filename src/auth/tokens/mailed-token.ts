/**
 * 43 base64url characters. A mail client may append punctuation or spaces to the link, such as `.`, `>` or
 * `)`.
 */
const MAILED = /^([\w-]{43})(?![\w-])/;

/** Extracts the token from the end of a link. Without a token it returns the text, which matches no token. */
export const mailedToken = (text: string): string => MAILED.exec(text)?.[1] ?? text;
