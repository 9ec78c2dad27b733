/** In code points of the NFC form. */
export const LONGEST_PASSWORD = 128;

/** In UTF-16 units. Covers the longest passwords of other systems, yet is cheap to process. */
export const LONGEST_TRY = 4_096;
