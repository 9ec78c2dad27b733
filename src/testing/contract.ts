/** One case of a contract. */
export interface ContractCase<Given> {
  name: string;
  /** Rejects with an AssertionError if the part breaks the contract. */
  check(given: Given): Promise<void>;
}

/** @param cases by their names */
export const contractOf = <Given>(cases: Record<string, ContractCase<Given>['check']>) =>
  Object.entries(cases).map(([name, check]): ContractCase<Given> => ({ name, check }));
