/** Every line end as a line feed. Forms send CRLF (HTML), scripts LF: one text would differ in length and in content. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n');
