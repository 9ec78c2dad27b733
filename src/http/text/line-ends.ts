/** Forms send CRLF (HTML), scripts LF. Without this, one text would differ in length and content. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n');
