import type { RequestContext } from '../http/request-context';

/** A request with path parameters, which `requireResourceId` makes IDs of. */
export type OwnedRequest = RequestContext & { params: Record<string, unknown> };

/** User IDs of one or several owners. Null or none: there is no such resource. */
export type OwnerIds = number | readonly number[] | null;

/**
 * Finds the owners of a resource that is requested over HTTP, in the database for example. A provider of the application.
 * @example
 * class InvoiceOwner implements OwnerLoader {
 *   async ownersOf({ params }: OwnedRequest) {
 *     const invoice = await this.invoices.findOneBy({ id: requireResourceId(params.id) });
 *     return invoice && invoice.ownerId;
 *   }
 * }
 */
export interface OwnerLoader {
  ownersOf(request: OwnedRequest): OwnerIds | Promise<OwnerIds>;
}
