/** The one form of an e-mail address by which two are the same. Addresses here are ASCII alone: see EmailField. */
export function canonicalEmail(email: string): string {
  return email.trim().toLowerCase();
}
