// What a company's own tests may import, as `latchkey/testing`.
export {
  type ContractCase,
  type EngineUnderContract,
  sessionEngineContract,
} from './session-engine-contract';
export { Mailbox, type ReadMail } from './mailbox';
