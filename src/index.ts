// Public API: modules, guards, decorators, ports, services and types.
export { LATCHKEY_ENTITIES } from './latchkey-entities';
export { LatchkeyModule } from './latchkey.module';
export type {
  DataSourceOption,
  LatchkeyAsyncOptions,
  LatchkeyFeatures,
  LatchkeyOptions,
  LatchkeyStructure,
  UserOptions,
} from './latchkey-options';
export { useLatchkeyViews, type ViewOptions } from './http/setup/use-latchkey-views';
export { HttpModule, type HttpOptions } from './http/setup/http.module';

export { BasePath } from './options/base-path';
export type { BrandOptions, HeaderOptions, PostgresOptions } from './options/code-options';
export { Clock } from './options/clock';
export { loadSettings, SettingsError } from './options/load-settings';
export type { MisspeltName } from './options/misspelt-names';
export type { DurationOption, SessionOptions, SettingOptions, SizeOption } from './options/option-settings';
export { Settings } from './options/settings';
export { SettingsModule } from './options/settings.module';

export { InvalidInput } from './http/errors';
export { useCheapAsyncBind } from './http/cheap-async-bind';
export { LatchkeyExpressAdapter } from './http/latchkey-express-adapter';
export { MultilineField, type Objections, TextField, Trimmed } from './http/text/text-field.decorator';
export { limitConnections, OpenConnections } from './http/open-connections';
export { everyPage, mapPage, type Page, pageOf, PageQuery } from './http/page';
export { type FieldErrors, Problem } from './http/problem';
export {
  type CookieAttributes,
  type RequestContext,
  type RequestFields,
  requestOf,
  type ResponseContext,
} from './http/request-context';
export { requireResourceId, ResourceIdPipe } from './http/resource-id';

export { isForeignKeyViolation, isUniqueViolation } from './database/constraint-violations';
export type { MigrationClass } from './database/data-source-options';
export { LATCHKEY_DATA_SOURCE } from './database/data-source-name';
export { CORE_MIGRATIONS as LATCHKEY_MIGRATIONS } from './database/migrations';
export { Database } from './database/database';
export { DatabaseUnavailable, isDatabaseUnavailable } from './database/database-unavailable';
export { DatabaseModule } from './database/database.module';
export { RowList, type RowListDefinition } from './database/row-list';
export type { Transaction } from './database/transaction';
export { InstantColumn } from './database/instant-column';

export type {
  SecurityEvent,
  SecurityEventName,
  SecurityEvents,
  ThrottleScope,
} from './events/bus/security-event';

export { HashingChildModule } from './auth/passwords/hashing-child';
export { PasswordHasher } from './auth/passwords/password-hasher';
export { PasswordPolicy, type PasswordStrength } from './auth/passwords/password-policy';
export { PasswordsModule } from './auth/passwords/passwords.module';

export { BearerSessions } from './sessions/bearer-sessions';
export { type Device, Devices } from './sessions/devices';
export { mergeValues } from './sessions/merge-values';
export {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  type ListedSession,
  type LoadedSession,
  type Origin,
  SESSION_ENGINE,
  SessionEngine,
  type SessionOwner,
  type SessionValues,
} from './sessions/session-engine';
export {
  ReservedSessionKey,
  SessionRefused,
  SessionStoreUnavailable,
  SessionTooLarge,
} from './sessions/session-errors';
export type { PendingToken } from './sessions/remember-families';
export { type DeviceSessions, SessionTermination, type ThisDevice } from './sessions/session-termination';
export { SessionMiddleware } from './sessions/session.middleware';
export { SessionService } from './sessions/session-service';
export { SessionsModule } from './sessions/sessions.module';
export { SignedCookies } from './sessions/signed-cookies';

export { type Mail, MAILER, Mailer, MailRefused } from './mail/mailer';
export { MailComposer } from './mail/mail-composers';
export { MailModule } from './mail/mail.module';
export { MailViews } from './mail/mail-views';
export { Outbox } from './mail/outbox';

export type { ThrottleRule } from './throttling/throttle-rules';
export { type Counted, type Reservation, ThrottleStore } from './throttling/throttle-store';
export { type AccountAction, type Guess, type SourceAction, Throttle } from './throttling/throttle';
export { ThrottlingModule } from './throttling/throttling.module';
export { TooManyAttempts } from './throttling/too-many-attempts';

export { type Flash, FLASHES, type FlashLevel } from './flash/flash';

export { FlashInterceptor } from './flash/flash.interceptor';
export { FlashModule } from './flash/flash.module';
export { FlashService } from './flash/flash-service';

export {
  LoginRequired,
  NotAuthorized,
  ReauthenticationRequired,
  type RedirectingError,
  refusal,
  SessionEnded,
} from './access/access-errors';
export { establishPrincipal, Identification, type Principal, principalOf } from './access/principal';
// All of it: only an interface of an `export *` can be extended by `declare module 'latchkey'`.
export * from './access/principal-fields';
export * from './access/roles';
export { AccessModule } from './access/access.module';
export type { OwnedRequest, OwnerIds, OwnerLoader } from './access/owner-loader';
export { PermissionGuard, Permissions, RequirePermission } from './access/permissions';
export { changesState, type MappedRoute, routeMap } from './http/route-map/route-map';
export { CorrectUserGuard } from './access/correct-user.guard';
export { CurrentUser, OwnedBy, Public, Roles } from './access/decorators';
export { LoggedInGuard } from './access/logged-in.guard';
export { RolesGuard } from './access/roles.guard';
export { SameOriginMiddleware } from './access/same-origin.middleware';
export { StillLoggedInInterceptor } from './access/still-logged-in.interceptor';
export { StepUpGuard } from './access/step-up/step-up.guard';

export { SubmissionsModule } from './access/submissions/submissions.module';

export { AlreadyTaken } from './http/responses/already-taken';
export { ApiProblems } from './http/responses/api-problems.decorator';
export { type Form, form } from './http/responses/form';
export { FormPage } from './http/responses/route.guard';
export { MessageExceptionFilter } from './http/responses/message-exception.filter';
export { ResponsesModule } from './http/responses/responses.module';

export type { Account } from './users/accounts';
export type { ListedUser } from './users/user-list';
export { SignupDto } from './users/dto/signup.dto';
export { UserDto } from './users/dto/user.dto';
export { ValidatesNewPassword } from './users/new-password.interceptor';
export { EmailTaken } from './users/user-errors';
export { User } from './users/user.entity';
export {
  type NewUser,
  type SecurityChanges,
  type UserChanges,
  USER_STORE,
  UserStore,
} from './users/user-store';
export {
  AuthenticationBackend,
  type BackendAnswer,
  BackendUnavailable,
  type PasswordAttempt,
} from './users/authentication-backend';
export {
  AfterDelete,
  AfterLogIn,
  AfterSignUp,
  BeforeDelete,
  BeforeLogIn,
  BeforeLogOut,
  BeforeSignUp,
  type HookEvents,
} from './users/hooks';
export { PasswordBackend } from './users/password-backend';
export { PasswordAttempts } from './users/password-attempts';
export { PersonalData } from './users/personal-data';
export { UsersModule } from './users/users.module';
export { type NewAccount, UsersService } from './users/users-service';

export { NoticesModule } from './events/notices/notices.module';
export { AuditModule } from './events/audit/audit.module';
export { AccountModule } from './account/account.module';
export { AuthModule } from './auth/auth.module';
export { AuthService, type Credentials } from './auth/auth-service';
export { CurrentUserMiddleware } from './auth/current-user.middleware';
export { EndedSessionMiddleware } from './auth/ended-session.middleware';
export { RevalidationMiddleware } from './auth/revalidation.middleware';
export { ApiDocsModule } from './http/api-docs/api-docs.module';
export { HealthModule } from './http/health/health.module';
export { WellKnownModule } from './http/well-known/well-known.module';
export { REQUEST_PIPELINE, requestPipeline } from './http/setup/request-pipeline';
export { BodyMiddleware } from './http/body.middleware';
export { MethodOverrideMiddleware } from './http/method-override.middleware';
export { RequestContextMiddleware } from './database/request-deadline';
export {
  EventCapacityMiddleware,
  SecurityEventBus,
  type SecurityEventListener,
} from './events/bus/security-event-bus';
export { SecurityEventsModule } from './events/bus/security-events.module';
export { RememberMeMiddleware } from './sessions/remember-me/remember-me';
