import { SetMetadata } from '@nestjs/common';

export const OWNER_PARAMETER = Symbol('the path parameter with the ID of the owner');

/**
 * Tells CorrectUserGuard which path parameter holds the owner's ID; `id` when nothing is said.
 * @example @UseGuards(CorrectUserGuard) @OwnedBy('userId') @Patch('users/:userId/invoices/:id')
 */
export const OwnedBy = (parameter: string) => SetMetadata(OWNER_PARAMETER, parameter);
