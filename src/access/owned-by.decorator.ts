import { SetMetadata } from '@nestjs/common';

export const OWNER_PARAMETER = Symbol('the path parameter with the ID of the owner');

/**
 * Names the path parameter in which CorrectUserGuard finds the owner's ID. Default: `id`.
 * @example @UseGuards(CorrectUserGuard) @OwnedBy('userId') @Patch('users/:userId/invoices/:id')
 */
export const OwnedBy = (parameter: string) => SetMetadata(OWNER_PARAMETER, parameter);
