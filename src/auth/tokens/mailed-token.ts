/** 43 characters of base64url, with what a mail client took for a part of the link: `.`, `>`, `)`, spaces of any kind. */
const MAILED = /^([\w-]{43})(?![\w-])/;

/** The token at the start of what a link ended with; the text itself where there is none, which opens nothing. */
export const mailedToken = (text: string): string => MAILED.exec(text)?.[1] ?? text;
