import { CreateMessages1763800000100 } from './1763800000100-create-messages';
import { MessageLineFeeds1764520000001 } from './1764520000001-message-line-feeds';

/** In execution order. */
export const MESSAGE_MIGRATIONS = [CreateMessages1763800000100, MessageLineFeeds1764520000001];
