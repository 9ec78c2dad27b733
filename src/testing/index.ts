// What applications may import for their own tests, as `latchkey/testing`.
export {
  type ContractCase,
  type EngineUnderContract,
  sessionEngineContract,
} from './session-engine-contract';
export { Mailbox, type ReadMail } from './mailbox';
export {
  throttleStoreContract,
  type ThrottleStoreCase,
  type ThrottleStoreUnderContract,
} from './throttle-store-contract';
