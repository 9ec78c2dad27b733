/** In characters of NFC. */
export const LONGEST_PASSWORD = 128;

/** In UTF-16 units: longer than any password that other systems let users set, short enough to cost nothing. */
export const LONGEST_TRY = 4_096;
