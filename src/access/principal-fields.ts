/**
 * The application's own fields of a principal, as the option `users.principal` returns them.
 * @example declare module 'latchkey' { interface PrincipalFields { department: string } }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the application fills it by declaration merging
export interface PrincipalFields {}
