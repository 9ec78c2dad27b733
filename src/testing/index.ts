// What applications may import for their own tests, as `latchkey/testing`.
export {
  createLatchkeyTestApp,
  type LatchkeyTestApp,
  type OwnedRoute,
  TEST_PASSWORD,
  type TestAppOptions,
  type TestUser,
} from './test-app';
export type { LatchkeyTestAgent, PageForm } from './test-agent';
export type { TestClock } from './test-clock';
export { expectFlash, expectLoggedOut, expectRedirect, expectSessionRotated } from './expectations';
export type { ContractCase } from './contract';
export { mailerContract, type MailerUnderContract } from './mailer-contract';
export { passwordHasherContract } from './password-hasher-contract';
export { type EngineUnderContract, sessionEngineContract } from './session-engine-contract';
export { Mailbox, type ReadMail } from './mailbox';
export { throttleStoreContract, type ThrottleStoreUnderContract } from './throttle-store-contract';
export { userStoreContract } from './user-store-contract';
