import { type ApiError, invalid } from '../http/api-error.js';

/** The sandbox's own refusal: PostHog computes more from events than it does. */
export function unsupported(what: string): ApiError {
  return invalid(`The sandbox does not compute ${what} from events.`);
}
